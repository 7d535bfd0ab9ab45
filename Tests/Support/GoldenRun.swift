import Bytes
import Capture
import Dissectors
import Files
import Foundation
import Output
import Packets
import Parse
import Render
import Stage
import Streams
import Wire

/// A capture of `Tests/Golden` with one of the option sets that its records are known for.
///
///     Tests/Golden/tls/tls13.pcap               what was on the wire
///     Tests/Golden/tls/tls13.default.jsonl      the records of `merc -r`
///     Tests/Golden/tls/tls13.metadata.jsonl     the records of `merc -r --metadata --dns-json`
///     Tests/Golden/tls/tls13.raw.jsonl          and so on, by option set
///
/// The records of a further option set have a file of their own where they differ from those of
/// `metadata`.
package struct Golden: Sendable, CustomStringConvertible {
  package enum OptionSet: String, CaseIterable, Sendable {
    case `default`, metadata, certificates, nonselected, reassembly, trial, raw
    /// By every policy, by one, and with hellos compared; of the captures that are made for these.
    case assessed, quantumSafe = "quantum-safe", nist, proxies

    package var options: RecordOptions {
      switch self {
      case .default: []
      case .metadata, .reassembly: [.metadata, .dnsJSON]
      case .certificates: [.metadata, .dnsJSON, .certsJSON]
      case .nonselected: [.metadata, .dnsJSON, .nonselectedTCPData, .nonselectedUDPData]
      case .trial: [.metadata, .dnsJSON, .quicTrialDecryption]
      case .raw:
        [
          .metadata, .dnsJSON, .rawBitTorrent, .rawSMB, .rawSSDP, .rawSTUN, .rawTLS,
          .exposedCredentials,
        ]
      case .assessed: [.metadata, .assessesQuantumSafety, .assessesByNIST]
      case .quantumSafe: [.assessesQuantumSafety]
      case .nist: [.assessesByNIST, .assessesByNISTFirst]
      case .proxies: [.assessesByNIST, .assessesQuantumSafety, .clientRandoms]
      }
    }

    /// The sets that a capture of this name is read with.
    fileprivate static func sets(of name: String) -> [OptionSet] {
      if name.hasPrefix("assessed") { return [.assessed, .quantumSafe, .nist] }
      if name == "proxied" { return [.proxies] }
      return [.metadata, .default, .certificates, .nonselected, .reassembly, .trial, .raw]
    }

    /// Whether its records need no file where they are those of `metadata`.
    fileprivate var isFurther: Bool {
      switch self {
      case .certificates, .nonselected, .reassembly, .trial, .raw: true
      default: false
      }
    }
  }

  /// The protocol's folder.
  package let group: String
  package let name: String
  package let set: OptionSet

  package var description: String { "\(group)/\(name).\(set.rawValue)" }
  package var capture: String { "\(Project.path)/Tests/Golden/\(group)/\(name).pcap" }
  package var expectation: String {
    "\(Project.path)/Tests/Golden/\(group)/\(name).\(set.rawValue).jsonl"
  }
  /// The same capture with the option set that further ones build on.
  private var base: Golden { Golden(group: group, name: name, set: .metadata) }
  /// What reads the capture as the option set says.
  package var run: GoldenRun { GoldenRun(set.options, reassembles: set == .reassembly) }
  /// Whether it only resembles the protocol, and must give no record of it.
  package var isAlmost: Bool { name.hasPrefix("almost-") }

  /// Every capture with every option set.
  package static let all: [Golden] = captures.flatMap { golden in
    OptionSet.sets(of: golden.name).map {
      Golden(group: golden.group, name: golden.name, set: $0)
    }
  }

  /// All that a record can hold.
  package static let everything: RecordOptions = OptionSet.allCases.reduce(into: []) {
    $0.formUnion($1.options)
  }

  /// Every capture once.
  package static let captures: [Golden] = Project.entries("Tests/Golden").flatMap { group in
    Project.entries("Tests/Golden/\(group)").filter { $0.hasSuffix(".pcap") }.map {
      let name = String($0.dropLast(".pcap".count))
      return Golden(group: group, name: name, set: OptionSet.sets(of: name)[0])
    }
  }

  /// Whether expectations are to be written instead of compared with: `RECORD=1 swift test`.
  package static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

  /// The lines that are expected; `nil` where nobody has recorded them yet.
  package func expected() -> [String]? {
    guard let data = FileManager.default.contents(atPath: expectation) else {
      return set.isFurther ? base.expected() : nil
    }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  package func record(_ lines: [String]) throws {
    // Not with the expectation, which another test may be about to record.
    if set.isFurther, try lines == base.run.lines(of: ReadCapture(capture)) {
      try? FileManager.default.removeItem(atPath: expectation)
      return
    }
    let text = lines.map { $0 + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: expectation), options: .atomic)
  }
}

/// The project's own files.
package enum Project {
  package static let path = String(#filePath.dropLast("/Tests/Support/GoldenRun.swift".count))

  /// The names in a folder, sorted; none where it is missing.
  package static func entries(_ folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  package static func isFolder(_ name: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  package static func bytes(of file: String) -> [UInt8]? {
    FileManager.default.contents(atPath: file.hasPrefix("/") ? file : "\(path)/\(file)")
      .map { [UInt8]($0) }
  }
}

/// The packets of a capture file, all read.
package struct ReadCapture: Sendable {
  package var linkType: LinkType
  package var packets: [CapturedPacket]

  /// What these frames would be read as.
  package init(frames: [Frame]) {
    linkType = .ethernet
    packets = frames.map { CapturedPacket(time: 1_700_000_000_000_000_000, $0.bytes) }
  }

  package init(_ path: String) throws {
    var source = try PacketSource(path: path) { true }
    linkType = source.linkType
    packets = []
    while try source.next() {
      let bytes = source.bytes
      packets.append(
        CapturedPacket(
          time: source.time, bytes.indices.map { bytes[$0] }, originalLength: source.originalLength)
      )
    }
  }
}

/// The steps of all processes, one after the other in this one: packets in, lines out.
package struct GoldenRun {
  package var selection = Selection.all
  package var options: RecordOptions = []
  package var reassembles = false

  package init(
    _ options: RecordOptions = [], selection: Selection = .all, reassembles: Bool = false
  ) {
    self.options = options
    self.selection = selection
    self.reassembles = reassembles
  }

  /// The lines that `merc -r` prints for a capture.
  package func lines(of capture: ReadCapture) throws -> [String] {
    try output(of: capture).split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// What `merc -r` prints for a capture, to the byte.
  package func output(of capture: ReadCapture) throws -> [UInt8] {
    var gate = Gate(
      selection, isOpen: false, followsMessages: reassembles,
      firstData: FirstData(options))
    var builder = RoundBuilder(source: 1, epoch: 1, linkType: capture.linkType.rawValue)
    var parser = PartParser(
      selection, options: options,
      reassembler: reassembles ? Reassembler(slots: SlotSet.count) : nil)
    let file = try ScratchFile([], named: "lines")
    var printer = RecordPrinter(
      writingTo: try OutputFile(creating: file.path),
      detectingProxies: options.contains(.clientRandoms))
    for (i, packet) in capture.packets.enumerated() {
      if !builder.isOpen { builder.begin(owners: Self.owners) }
      if case .forwarded(let hash, let isFirst) = gate.judge(
        packet.bytes.span, linkType: capture.linkType)
      {
        let frame = FrameItem(
          packet: UInt64(i + 1), time: packet.time, originalLength: packet.originalLength,
          slot: UInt16(hash % UInt32(SlotSet.count)), hasFirstData: isFirst,
          bytes: packet.bytes.span)
        builder.add(frame, capacity: 1 << 12)
      }
    }
    if !builder.isOpen { builder.begin(owners: Self.owners) }
    let shares = builder.finish(isLast: true) { gate.tell(in: &$0) }
    var result = PartBuilder()
    // Backwards, for the order in which parts arrive must not matter.
    for part in shares.reversed().map(\.part) {
      try parser.process(part.builder.buffer.bytes, into: &result)
      try printer.accept(result.buffer.bytes)
    }
    try printer.print()
    try printer.flush()
    return Project.bytes(of: file.path) ?? []
  }

  /// Three workers share the slots.
  private static let owners: [Int?] = (0..<SlotSet.count).map { $0 % 3 }
}

/// What becomes of single packets, with the buffers used again: for tests that try very many.
package struct PacketTrial: ~Copyable {
  private var step: PacketParser
  private let linkType: LinkType

  package init(_ options: RecordOptions, linkType: LinkType = .ethernet) {
    step = PacketParser(.all, options: options)
    self.linkType = linkType
  }

  /// The packet's line, if it gives a record.
  package mutating func line(of packet: Span<UInt8>) throws -> [UInt8]? {
    guard case .record = step.parse(packet: packet, linkType: linkType) else { return nil }
    return try step.line()
  }
}
