/// The forms of fingerprints, of the kinds that have several.
///
/// Archives of fingerprints are each made for one form; what is looked up must have the same.
public struct FingerprintFormats: Equatable, Sendable, CustomStringConvertible {
  /// Which of all combinations of forms, counted from 0; the first kind's form counts fastest.
  public internal(set) var index: UInt16 = 0

  /// Form 0 of each kind.
  public init() {}

  /// Reads names separated by commas, as in `tls/1,quic`; a later one of the same kind wins.
  ///
  /// - Throws: `UnknownFormat` at the first name that is no form of a registered kind.
  public init(
    parsing list: String, kinds: FingerprintKinds = .standard
  ) throws(UnknownFormat) {
    for name in list.split(separator: ",") {
      let name = String(name.filter { !$0.isWhitespace })
      guard !name.isEmpty else { continue }
      guard let (form, kind) = Self.form(named: name, kinds) else {
        throw UnknownFormat(name: name, known: kinds.formNames)
      }
      kinds.set(form, of: kind, in: &self)
    }
  }

  private static func form(named name: String, _ kinds: FingerprintKinds) -> (Int, Int)? {
    for kind in kinds.formed {
      for form in 0..<(kinds[kind]?.forms ?? 0) where kinds.name(of: form, kind) == name {
        return (form, kind)
      }
    }
    return nil
  }

  /// The list that gives these formats.
  public var description: String { list(of: .standard) }

  public func list(of kinds: FingerprintKinds) -> String {
    kinds.formed.map { kinds.name(of: kinds.form(of: $0, in: self), $0) }.joined(separator: ",")
  }

  /// The code on the wire: 1 and the index, since 0 names no formats.
  public var code: UInt16 { index + 1 }

  /// `nil` for 0, which names none, and for a code that these kinds have no forms for.
  public init?(code: UInt16, kinds: FingerprintKinds = .standard) {
    guard code > 0, Int(code) <= kinds.combinations else { return nil }
    index = code - 1
  }

  public struct UnknownFormat: Error, CustomStringConvertible {
    public let name: String
    let known: [String]

    public var description: String {
      "There is no fingerprint format '\(name)'. Formats are \(known.joined(separator: ", "))."
    }
  }
}
