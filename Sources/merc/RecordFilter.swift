import Bytes
import Dissectors
import Wire

/// Chooses records by the protocols that have a hand in them.
///
/// A record does not say which message it is of, but it has the message's key, or a fingerprint
/// whose type is that key or, unless it is a key of its own, begins with it: `ssh_kex` is SSH's.
struct RecordFilter {
  private static let allKeys = Set(registry.map { Array($0.profile.key.utf8) })

  /// The keys of what is selected; `nil` for everything.
  private let keys: Set<[UInt8]>?

  init(_ selection: Selection) {
    keys =
      selection == .all
      ? nil
      : Set(
        registry.filter { !$0.isPending && selection.includes($0.profile) }
          .map { Array($0.profile.key.utf8) })
  }

  func keeps(_ record: borrowing RecordItem) throws(Malformed) -> Bool {
    guard let keys else { return true }
    var head = CBORReader(try record.head.mapMembers)
    while !head.isAtEnd {
      let key = try head.text()
      if keys.contains([UInt8](copying: key)) { return true }
      if key.equals("fingerprints") {
        var look = head
        if case .map = try look.next(), !look.takeStop() {
          let type = [UInt8](copying: try look.text())
          let beginning = Array(type.prefix { $0 != UInt8(ascii: "_") })
          if keys.contains(Self.allKeys.contains(type) ? type : beginning) { return true }
        }
      }
      try head.skip()
    }
    return false
  }
}
