import Bytes

/// The kinds of fingerprints by their numbers, and which of them are written.
public struct FingerprintKinds: Sendable {
  public static let standard = FingerprintKinds(fingerprintRegistry)

  private let kinds: [FingerprintKind]
  /// Of each kind, whether the parser writes it.
  private var isWritten: [Bool]
  /// Of each kind, the one whose form it has.
  private let formOwners: [Int]
  /// Of each kind, what one form more adds to the formats' code.
  private let strides: [Int]
  /// How many combinations of forms there are.
  let combinations: Int

  /// Kinds numbered from 0; those on request are not written.
  public init(_ kinds: [FingerprintKind]) {
    self.kinds = kinds
    isWritten = kinds.map { !$0.isOnRequest }
    formOwners = kinds.indices.map { i in
      guard let followed = kinds[i].follows else { return i }
      return kinds.firstIndex { $0.name.bytes.equals(followed) } ?? i
    }
    var strides: [Int] = [], stride = 1
    for kind in kinds {
      strides.append(stride)
      stride *= kind.forms
    }
    self.strides = strides
    combinations = stride
    precondition(stride < Int(UInt16.max), "more combinations of forms than a code can say")
  }

  public var count: Int { kinds.count }

  /// The kind of a number; `nil` for one that this list does not have.
  public subscript(_ number: Int) -> FingerprintKind? {
    number >= 0 && number < kinds.count ? kinds[number] : nil
  }

  /// The number of a name.
  public func number(of name: StaticString) -> Int? { number(of: name.bytes) }

  public func number(of name: Span<UInt8>) -> Int? {
    for i in kinds.indices where name.equals(kinds[i].name) { return i }
    return nil
  }

  public func isWritten(_ number: Int) -> Bool { isWritten[number] }

  /// The same kinds, with some written that are only on request.
  ///
  /// - Throws: `UnknownFingerprint` at the first name that is none of these.
  public func writing(also names: [String]) throws(UnknownFingerprint) -> Self {
    var result = self
    for name in names {
      guard let i = kinds.firstIndex(where: { $0.isOnRequest && "\($0.name)" == name }) else {
        throw UnknownFingerprint(
          name: name, known: kinds.filter(\.isOnRequest).map { "\($0.name)" })
      }
      result.isWritten[i] = true
    }
    return result
  }

  public struct UnknownFingerprint: Error, CustomStringConvertible {
    public let name: String
    let known: [String]

    public var description: String {
      "There is no fingerprint '\(name)' to add. Names are \(known.joined(separator: ", "))."
    }
  }

  // MARK: Forms

  /// The names of all forms, of the kinds that have several.
  var formNames: [String] { formed.flatMap { i in (0..<kinds[i].forms).map { name(of: $0, i) } } }

  /// The numbers of the kinds that have several forms.
  var formed: [Int] { kinds.indices.filter { kinds[$0].forms > 1 } }

  func name(of form: Int, _ kind: Int) -> String {
    form == 0 ? "\(kinds[kind].name)" : "\(kinds[kind].name)/\(form)"
  }

  /// The form in which fingerprints of a kind are written.
  public func form(of kind: Int, in formats: FingerprintFormats) -> Int {
    let owner = formOwners[kind]
    return Int(formats.index) / strides[owner] % kinds[owner].forms
  }

  /// Sets a kind's form; one that it does not have counts as form 0.
  public func set(_ form: Int, of kind: Int, in formats: inout FingerprintFormats) {
    let new = form < kinds[kind].forms ? form : 0
    let old = Int(formats.index) / strides[kind] % kinds[kind].forms
    formats.index = UInt16(Int(formats.index) + (new - old) * strides[kind])
  }
}
