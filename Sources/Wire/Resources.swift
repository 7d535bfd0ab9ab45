import Bytes

/// Which resource archive the records of a part are scored by, as its header says.
///
///     56           58
///     | generation | formats |
///
/// `generation` counts the archives that were in force one after the other, from 1; 0 stands for
/// none. `formats` is the form of fingerprints that the archive is made for
/// (`FingerprintFormats.code`); 0 leaves it to each parser's command line.
public struct ResourcesInForce: Equatable, Sendable {
  public var generation: UInt16 = 0
  public var formats: FingerprintFormats?

  public init(generation: UInt16 = 0, formats: FingerprintFormats? = nil) {
    self.generation = generation
    self.formats = formats
  }

  /// `nil` for a code that no formats have; 0 stands for none.
  init?(generation: UInt16, formatsCode: UInt16) {
    let formats = FingerprintFormats(code: formatsCode)
    if formats == nil, formatsCode != 0 { return nil }
    self.init(generation: generation, formats: formats)
  }
}

/// What is said of resource archives: that one is to be loaded, that it was, or could not be, and
/// which is in force.
///
///     16     17        19           21
///     | word | formats | generation | digest | version | path | reason |
///
/// Each of the four texts: a length (2) and UTF-8.
public struct ResourcesNotice: Equatable, Sendable {
  public enum Word: UInt8, Sendable {
    /// To capture: load the archive at `path` and put it in force. To an analyzer: load the one at
    /// `path`, whose digest this is (empty: whatever is there), as this generation.
    case load = 1
    /// To capture, from an analyzer: this generation is loaded; 0 for what it was started with.
    case loaded = 2
    /// It cannot be loaded, for this reason.
    case failed = 3
    /// From capture: this generation is in force; none before it is needed any more. To an analyzer
    /// that was started with the archive of this digest, also: that is its number.
    case inForce = 4
    /// From capture, to an analyzer: the archive with this digest is what that generation is.
    case number = 5
    /// From capture, to an analyzer: this generation will not be needed.
    case drop = 6
  }

  public var word: Word
  public var resources: ResourcesInForce
  /// SHA-256 of the archive's file, in hexadecimal digits.
  public var digest = ""
  /// What the archive says of its age.
  public var version = ""
  public var path = ""
  public var reason = ""

  public init(_ word: Word, _ resources: ResourcesInForce = ResourcesInForce()) {
    self.word = word
    self.resources = resources
  }

  /// What the user is told of an archive that could not be put in force.
  public var failure: String { "the archive in force stays: \(reason)" }

  /// Reads the body of a notice (docs/wire.md, Resources).
  ///
  /// - Throws: `Malformed` if it is cut off, the word or the fingerprint forms are unknown, or a text is not
  ///   UTF-8.
  public init(_ input: inout Reader) throws(Malformed) {
    guard let word = Word(rawValue: try input.u8()) else { throw input.reject() }
    self.word = word
    let formats = try input.u16le()
    guard
      let resources = ResourcesInForce(generation: try input.u16le(), formatsCode: formats)
    else { throw input.reject() }
    self.resources = resources
    digest = try input.shortText()
    version = try input.shortText()
    path = try input.shortText()
    reason = try input.shortText()
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(word.rawValue)
    buffer.append(littleEndian: resources.formats?.code ?? 0)
    buffer.append(littleEndian: resources.generation)
    for text in [digest, version, path, reason] { buffer.append(shortText: text) }
  }
}
