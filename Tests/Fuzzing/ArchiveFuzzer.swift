import Bytes
import Classifier
import Foundation
import Wire

/// Loads an archive, and classifies by what it holds.
///
/// After a first byte that is even comes the file as it is. After an odd one come the members, with a
/// zero behind each, so that what is in them can be changed without regard to checksums.
struct ArchiveFuzzer: ~Copyable {
  private let path = "/dev/shm/merc-fuzz-\(getpid())"
  private static let members = [
    "VERSION", "fp_prevalence_tls.txt", "pyasn.db", "doh-watchlist.txt", "domain-mappings.db",
    "fingerprint_db.json",
  ]
  private var first = RecordWriter()
  private var later = RecordWriter()

  mutating func run(_ input: Span<UInt8>) {
    guard !input.isEmpty else { return }
    let rest = input.extracting(droppingFirst: 1)
    var options = LoadOptions()
    options.reportsOS = input[0] & 2 != 0
    options.minimizesMemory = input[0] & 4 != 0
    do {
      if input[0] & 1 == 0 {
        try Data([UInt8](copying: rest)).write(to: URL(fileURLWithPath: path))
      } else {
        try pack(rest)
      }
      classify(by: try ResourceArchive.load(path, options: options), rest)
    } catch {
      // What is no archive is refused, with a sentence.
      precondition(!"\(error)".isEmpty)
    }
  }

  private func pack(_ contents: Span<UInt8>) throws {
    var writer = try ArchiveWriter(creating: path)
    var rest = contents
    for name in Self.members {
      let end = rest.firstIndex(of: 0) ?? rest.count
      try writer.add(name, rest.extracting(first: end))
      rest = rest.extracting(droppingFirst: min(end + 1, rest.count))
    }
    try writer.finish()
  }

  /// Asks about every text in the input that could be a fingerprint.
  private mutating func classify(by archive: ResourceArchive, _ input: Span<UInt8>) {
    var classifier = Classifier(
      archive, reports: [.operatingSystems, .explanation, .resourcesVersion])
    var rest = input
    while let start = rest.firstIndex(of: UInt8(ascii: "\"")) {
      rest = rest.extracting(droppingFirst: start + 1)
      let text = rest.extracting(first: rest.firstIndex(of: UInt8(ascii: "\"")) ?? rest.count)
      for isIPv6 in [false, true] {
        first.reset()
        later.reset()
        _ = classifier.analyze(
          Subject(
            fingerprint: text, serverName: text, userAgent: text, destination: 0x0808_0808,
            isIPv6: isIPv6, port: 443),
          attributes: [], first: &first, later: &later)
      }
    }
  }
}
