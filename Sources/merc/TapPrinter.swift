import Bytes
import Dissectors
import Parse
import Render
import Stage
import SystemPackage
import Transport
import Wire

/// Prints what a tap gives on standard output: JSON lines, CBOR maps or a capture file.
struct TapPrinter: ~Copyable {
  private let format: TapCommand.Format
  private let choice: MessageChoice
  /// Tells which packets to show, where not all are.
  private var parser: PartParser?
  private var records = PartBuilder()
  private var wanted: Set<UInt64> = []
  private var json = JSONRenderer()
  private var cbor = CBORRecord()
  /// One packet or report as a map.
  private var map = RecordWriter()
  private var file = Buffer(capacity: 1 << 16)
  private var hasHeader = false

  /// How much is collected before it is written although more is there.
  static let batch = 64 << 10

  init(_ format: TapCommand.Format, _ selection: Selection) {
    self.format = format
    choice = selection.isAll ? .all : MessageChoice(of: selection.messages)
    parser = selection == .all ? nil : PartParser(selection)
  }

  /// Prints a message; one that cannot be read is told of and passed over.
  mutating func show(_ message: Span<UInt8>, _ header: MessageHeader) throws(StageFailure) {
    do throws(Malformed) {
      switch header.kind {
      case .frames: try show(packets: message)
      case .records, .analyzed: try show(records: message)
      case .ledger:
        var input = Reader(message.extracting(droppingFirst: MessageHeader.size), isBody: true)
        show(try LedgerReport(&input))
      default: break
      }
    } catch {
      Host.report("merc tap: a message could not be read")
    }
    if json.buffer.count + cbor.buffer.count + file.count >= Self.batch { try flush() }
  }

  // MARK: Packets

  private mutating func show(packets message: Span<UInt8>) throws(Malformed) {
    let header = try message.partHeader()
    var frames = Reader(try message.partItems, isBody: true)
    if parser != nil { try findWanted(in: message) }
    beginFile(linkType: header.linkType)
    while !frames.isAtEnd {
      let frame = try FrameItem(&frames)
      guard parser == nil || wanted.contains(frame.packet) else { continue }
      if format == .pcap {
        PcapFormat.appendPacket(
          frame.bytes, time: frame.time, originalLength: frame.originalLength, to: &file)
      } else {
        describe(frame, linkType: header.linkType)
        printMap()
      }
    }
  }

  /// Notes the packets that the selection makes records of.
  private mutating func findWanted(in message: Span<UInt8>) throws(Malformed) {
    wanted.removeAll(keepingCapacity: true)
    do throws(MessageHeader.Refusal) {
      try parser?.process(message, into: &records)
    } catch {
      throw .invalid
    }
    try Self.collectPackets(of: records.buffer, into: &wanted)
  }

  private static func collectPackets(
    of records: borrowing Buffer, into packets: inout Set<UInt64>
  ) throws(Malformed) {
    var found = Reader(try records.bytes.partItems, isBody: true)
    while !found.isAtEnd { packets.insert(try RecordItem(&found).packet) }
  }

  private mutating func describe(_ frame: borrowing FrameItem, linkType: UInt32) {
    map.reset()
    map.buffer.append(CBOR.mapStart)
    map.number("packet", frame.packet)
    map.double("time", Double(frame.time / 1000) / 1e6)
    map.number("captured", UInt64(frame.bytes.count))
    map.number("length", frame.originalLength)
    map.number("slot", frame.slot)
    map.number("link_type", linkType)
    map.hex("bytes", frame.bytes)
    map.buffer.append(CBOR.stop)
  }

  private mutating func beginFile(linkType: UInt32) {
    guard format == .pcap, !hasHeader else { return }
    PcapFormat.appendHeader(linkType: linkType, to: &file)
    hasHeader = true
  }

  // MARK: Records

  private mutating func show(records message: Span<UInt8>) throws(Malformed) {
    var input = Reader(try message.partItems, isBody: true)
    while try PacketItem.skip(in: &input) {
      let record = try RecordItem(&input)
      guard choice.includes(record.message) else { continue }
      if format == .json {
        _ = try json.record(record)
      } else {
        try cbor.append(record)
      }
    }
  }

  // MARK: Reports

  private mutating func show(_ report: LedgerReport) {
    map.reset()
    map.object {
      $0.text("stage", Array(report.stage.name.utf8).span)
      $0.text("name", Array(report.name.utf8).span)
      if report.total > 0 { $0.number("total_bytes", report.total) }
      $0.array("counts") { counts in
        let lines = report.tally.counts.sorted {
          ($0.key.entry.rawValue, $0.key.name) < ($1.key.entry.rawValue, $1.key.name)
        }
        for (line, count) in lines {
          counts.object {
            $0.literal("entry", line.entry.printed)
            $0.text("reason", Array(line.name.utf8).span)
            $0.number("count", count)
          }
        }
      }
    }
    printMap()
  }

  // MARK: Output

  private mutating func printMap() {
    switch format {
    case .json: Self.print(map.buffer, on: &json)
    case .cbor: Self.append(map.buffer, to: &cbor.buffer)
    case .pcap: break
    }
  }

  private static func print(_ map: borrowing Buffer, on json: inout JSONRenderer) {
    // What RecordWriter wrote is never refused.
    try? json.object(map.bytes)
    json.buffer.append(UInt8(ascii: "\n"))
  }

  private static func append(_ map: borrowing Buffer, to cbor: inout Buffer) {
    cbor.append(map.bytes)
  }

  mutating func flush() throws(StageFailure) {
    try Self.write(&json.buffer)
    try Self.write(&cbor.buffer)
    try Self.write(&file)
  }

  /// Writes what is left, as nothing more follows.
  ///
  /// A capture file is one even without packets.
  mutating func end() throws(StageFailure) {
    beginFile(linkType: 1)
    try flush()
  }

  private static func write(_ bytes: inout Buffer) throws(StageFailure) {
    guard !bytes.isEmpty else { return }
    do {
      _ = try FileDescriptor.standardOutput.writeAll([UInt8](copying: bytes.bytes))
    } catch Errno.brokenPipe {
      // The reader has seen enough.
      throw StageFailure("", status: 0)
    } catch {
      throw StageFailure("merc tap: standard output: \(error)", status: 74)
    }
    bytes.removeAll()
  }
}

extension Span where Element == UInt8 {
  /// The header of a part that fills the span.
  fileprivate func partHeader() throws(Malformed) -> PartHeader {
    var input = Reader(self, isBody: true)
    guard let header = try? PartHeader(&input) else { throw .invalid }
    return header
  }

  /// All items of the part.
  var partItems: Span<UInt8> {
    @_lifetime(copy self)
    get throws(Malformed) { extracting(PartHeader.size..<Int(try partHeader().tally)) }
  }
}

extension Tally.Entry {
  /// The entry's name in what is printed for programs.
  fileprivate var printed: StaticString {
    switch self {
    case .packets: "packets"
    case .bytes: "bytes"
    case .gated: "gated"
    case .forwarded: "forwarded"
    case .notSelected: "not_selected"
    case .rejected: "rejected"
    case .held: "held"
    case .quarantined: "quarantined"
    case .records: "records"
    case .dropped: "dropped"
    case .forgotten: "forgotten"
    case .lost: "lost"
    case .written: "written"
    case .unwritten: "unwritten"
    }
  }
}
