import Bytes
import Classifier
import Foundation
import Wire

/// What an archive takes: to load, to keep, and for each message that is classified by it.
enum Classification {
  /// A message of a fingerprint of the archive, or of none.
  private struct Sighting {
    var fingerprint: [UInt8]
    var serverName: [UInt8]
    var destination: UInt128
  }

  private static let rounds = 200_000

  /// Loads a `LargeDatabase` of so many fingerprints, and classifies by it.
  static func measure(_ path: String, fingerprints: Int, _ table: inout Table) throws {
    let before = residentSize
    let start = ContinuousClock.now
    let archive = try ResourceArchive.load(path)
    let time = ContinuousClock.now - start
    let kept = residentSize - before
    print(
      "loaded in \(time.formatted(.units(fractionalPart: .show(length: 1)))), kept in \(kept >> 20) MB; the process took \(peakSize >> 20) MB at most"
    )
    let sightings = Self.sightings(of: fingerprints)
    for _ in 0..<5 {
      table.note("classify", classify(sightings, by: archive, []), per: Self.rounds, of: .records)
      table.note(
        "classify --explain", classify(sightings, by: archive, .explanation), per: Self.rounds,
        of: .records)
    }
  }

  private static func classify(
    _ sightings: [Sighting], by archive: ResourceArchive, _ reports: Classifier.Report
  ) -> Duration {
    var classifier = Classifier(archive, reports: reports)
    var first = RecordWriter(capacity: 1 << 13)
    var later = RecordWriter(capacity: 1 << 13)
    let none: [UInt8] = []
    return ContinuousClock().measure {
      for round in 0..<Self.rounds {
        let sighting = sightings[round % sightings.count]
        let subject = Subject(
          fingerprint: sighting.fingerprint.span, serverName: sighting.serverName.span,
          userAgent: none.span, destination: sighting.destination, isIPv6: false, port: 443)
        first.reset()
        later.reset()
        _ = classifier.analyze(subject, attributes: [], first: &first, later: &later)
      }
    }
  }

  /// The more frequent a fingerprint is, the more messages there are of it.
  private static func sightings(of fingerprints: Int) -> [Sighting] {
    var random = LargeDatabase.Draw(state: 2)
    return (0..<10_000).map { number in
      let name = LargeDatabase.fingerprint(random.skewed(fingerprints))
      return Sighting(
        fingerprint: Array((number % 20 == 0 ? name + "x" : name).utf8),
        serverName: Array("www.example-\(random.skewed(60_000)).com".utf8),
        destination: UInt128(20 + random.below(180)) << 24 | UInt128(random.below(1 << 24)))
    }
  }

  // MARK: Memory

  private static var residentSize: Int { status("VmRSS") }
  private static var peakSize: Int { status("VmHWM") }

  /// A figure that the kernel keeps of this process, in bytes; 0 where it does not.
  private static func status(_ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
    return (line.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0) << 10
  }
}
