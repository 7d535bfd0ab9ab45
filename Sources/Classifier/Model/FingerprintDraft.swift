import Bytes

/// What one line of the database says, until all of it has been read.
///
/// Members come in any order; most of what is counted cannot be worked out before the total is
/// known. The memory is used again for the next line.
struct FingerprintDraft: ~Copyable {
  /// A value that was seen with a process, and how often.
  struct Entry {
    var value: UInt32
    var process: UInt32
    var count: UInt64
  }

  struct Process {
    var name: StringPool.ID?
    var count: UInt64?
    var isMalware: Bool?
    var attributes: UInt16 = 0
    var systemsEnd = 0
    /// Which features' members it has, a bit each.
    var features: UInt8 = 0
  }

  var seen: FingerprintMember.Seen = []
  /// `nil` for a type that cannot be classified.
  var type: FingerprintType? = .tls
  var total: UInt64?
  var weights = FeatureWeights.standard
  /// The first fingerprint, if there is one.
  var name = Buffer()
  var hasName = false
  /// The others one after the other, and where each ends.
  var names = Buffer()
  var nameEnds: [Int] = []
  var processes: [Process] = []
  var systems: [FingerprintModel.SystemCount] = []
  var entries: [[Entry]] = Array(repeating: [], count: Section.count)
  /// The first thing wrong; it matters only if the line is wanted.
  var fault: String?

  mutating func reset() {
    seen = []
    type = .tls
    total = nil
    weights = .standard
    names.removeAll()
    nameEnds.removeAll(keepingCapacity: true)
    name.removeAll()
    hasName = false
    processes.removeAll(keepingCapacity: true)
    systems.removeAll(keepingCapacity: true)
    for section in entries.indices { entries[section].removeAll(keepingCapacity: true) }
    fault = nil
  }

  /// How many fingerprints the line names, that of `str_repr` first.
  var fingerprintCount: Int { nameEnds.count + (hasName ? 1 : 0) }

  /// Writes one of them; short forms of TLS are completed.
  func copyFingerprint(_ index: Int, into target: inout Buffer) {
    target.removeAll()
    guard !hasName || index > 0 else { return complete(name.bytes, in: &target) }
    let i = hasName ? index - 1 : index
    let start = i == 0 ? 0 : nameEnds[i - 1]
    complete(names.bytes.extracting(start..<nameEnds[i]), in: &target)
  }

  private func complete(_ name: Span<UInt8>, in target: inout Buffer) {
    if type == .tls, name.starts(with: "(") || name.equals("randomized") { target.append("tls/") }
    target.append(name)
  }

  /// The first fingerprint, shortened for people.
  func firstFingerprint(_ limit: Int) -> String {
    var first = Buffer()
    if fingerprintCount > 0 { copyFingerprint(0, into: &first) }
    let shown = [UInt8](copying: first.bytes.extracting(first: min(first.count, limit)))
    return String(decoding: shown, as: UTF8.self) + (first.count > limit ? "…" : "")
  }

  mutating func note(_ fault: @autoclosure () -> String) {
    if self.fault == nil { self.fault = fault() }
  }
}
