import Foundation
import Synchronization

/// A file with given content that is gone when the test is.
package final class ScratchFile: Sendable {
  package let path: String

  package init(_ bytes: [UInt8], named suffix: String = "capture") throws {
    path = NSTemporaryDirectory() + "merc-\(UUID().uuidString)-\(suffix)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// For a file that a static holds, which no `deinit` ever ends: it goes when the process exits.
  package func removeAtExit() {
    Self.leftovers.withLock { $0.append(path) }
    atexit {
      for path in ScratchFile.leftovers.withLock(\.self) {
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }

  private static let leftovers = Mutex<[String]>([])
}

/// The captures beside the repository, which not every machine has.
package enum SharedCorpus {
  /// The paths of `shared/corpus/pcap`, or none; looks beside this file's repository and above.
  package static let captures: [String] = {
    guard let pcap = path("corpus/pcap"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: pcap)
    else { return [] }
    return names.sorted().map { pcap + "/" + $0 }
  }()

  /// `shared/corpus-select`: one capture, and what the reference makes of each selection.
  package static let selected = path("corpus-select")

  /// The path of what is in `shared`, if it is there.
  package static func path(_ name: String) -> String? {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let path = folder.appendingPathComponent("shared/" + name).path
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    return nil
  }
}
