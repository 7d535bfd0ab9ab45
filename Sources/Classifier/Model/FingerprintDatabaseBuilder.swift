import Bytes
import Wire

/// Makes a database of the lines of `fingerprint_db.json`, one after the other.
///
/// What the reference cannot load either is a failure; what it passes over with a warning is
/// passed over, and listed in the database.
package struct FingerprintDatabaseBuilder: ~Copyable {
  let options: LoadOptions
  var draft = FingerprintDraft()
  /// Where the line that is being read stands.
  var place = ArchiveFailure("")

  var models: [FingerprintModel] = []
  var fingerprints = StringPool()
  var modelOfFingerprint: [UInt32] = []
  var strings = StringPool()
  var isMalwareDatabase = false
  /// `nil` until a process has attributes.
  var attributeNames: [[UInt8]]?
  /// The version that all fingerprints of a type have, by the type's number.
  var versions: [Int?] = Array(repeating: nil, count: FingerprintType.count)
  var warnings: [ArchiveFailure] = []
  var warningCount = 0

  // What is used again for every line.
  var scratch = Buffer()
  var normalized = Buffer()
  var gainNumbers = GainNumbers()

  /// How many warnings are kept.
  static let maxWarnings = 8
  /// Fingerprints of this length or longer are not used.
  static let maxFingerprintLength = 8192
  /// As many attributes of its own as an archive can have beside those that records have anyway.
  static let maxAttributes = 6
  static let maxProcesses = 1 << 24

  package init(options: LoadOptions) { self.options = options }

  /// Takes in one line, the fingerprints and processes of one model.
  ///
  /// - Throws: `ArchiveFailure` with the member and the line if it is not JSON, or lacks what a model needs.
  package mutating func add(
    line: Span<UInt8>, number: Int, member: String
  ) throws(ArchiveFailure) {
    place = ArchiveFailure("", member: member, line: number)
    let knownAttributes = attributeNames
    draft.reset()
    do throws(JSONFault) {
      var scanner = JSONScanner(line)
      let kind = try scanner.kind()
      if kind == .object { try readFingerprint(&scanner) } else { try scanner.skip() }
      try scanner.finish()
      guard kind == .object else { return warn("is not a JSON object, and is left out") }
    } catch {
      throw failure(error.description)
    }
    if try !accept() { attributeNames = knownAttributes }
  }

  /// The database of all lines that were added.
  ///
  /// - Throws: Nothing; `add` has thrown for a line that is wrong.
  package consuming func finish() throws(ArchiveFailure) -> FingerprintDatabase {
    var formats = FingerprintFormats()
    for number in versions.indices {
      FingerprintKinds.standard.set(versions[number] ?? 0, of: number, in: &formats)
    }
    return FingerprintDatabase(
      formats: formats, isMalwareDatabase: isMalwareDatabase,
      attributeNames: attributeNames ?? [], warnings: warnings, warningCount: warningCount,
      models: models, fingerprints: fingerprints, modelOfFingerprint: modelOfFingerprint,
      strings: strings)
  }

  // MARK: What is wrong

  func failure(_ reason: String) -> ArchiveFailure {
    ArchiveFailure(reason, member: place.member, line: place.line)
  }

  mutating func warn(_ reason: @autoclosure () -> String) {
    warningCount += 1
    if warnings.count < Self.maxWarnings { warnings.append(failure(reason())) }
  }
}
