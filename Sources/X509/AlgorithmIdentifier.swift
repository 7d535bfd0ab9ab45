import Bytes
import Wire

/// An algorithm and what it is used with, RFC 5280 §4.1.1.2.
///
///     SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
struct AlgorithmIdentifier: ~Escapable {
  let algorithm: ASN1.Element?
  /// What follows a NULL, which is where mercury looks for parameters.
  private let parameters: ASN1.Element?
  /// The curve that an elliptic key is on, named where it should be: behind the algorithm.
  let curve: Span<UInt8>?
  /// Whether there is nothing but an algorithm, or a NULL behind it.
  let isWellFormed: Bool

  @_lifetime(copy element)
  init(_ element: ASN1.Element) {
    var input = element.contents
    algorithm = try? input.element(.objectIdentifier)
    var look = input
    if look.isNext(.objectIdentifier), let name = try? look.element() {
      curve = name.value
    } else {
      curve = nil
    }
    if input.isAtEnd {
      parameters = nil
    } else {
      _ = try? input.element(.null)
      parameters = input.isAtEnd ? nil : try? input.element()
    }
    isWellFormed = !input.isSpent
  }

  func report(_ key: StaticString, to record: inout RecordWriter) {
    guard let algorithm, !algorithm.isAbsent else { return }
    record.object(key) { record in
      record.objectIdentifier("algorithm", algorithm)
      guard let parameters, !parameters.isAbsent else { return }
      switch parameters.tag {
      case .objectIdentifier: record.objectIdentifier("parameters", parameters)
      case .sequence, .null: break
      default: record.hex("parameters", parameters)
      }
    }
  }

  /// The algorithms that something is made of.
  enum Known {
    case rsa, ellipticCurve, dsa, edwardsCurve
    case ecdsaWithSHA1, ecdsaWithSHA256, ecdsa
    case sha256WithRSA, sha384WithRSA, sha512WithRSA
  }

  /// Which of them it is.
  var known: Known? {
    guard let algorithm else { return nil }
    let identifier = ObjectIdentifier(algorithm.value)
    let numbers = identifier.numbers
    if numbers.equals("1.2.840.113549.1.1.1") { return .rsa }
    if numbers.equals("1.2.840.113549.1.1.11") { return .sha256WithRSA }
    if numbers.equals("1.2.840.113549.1.1.12") { return .sha384WithRSA }
    if numbers.equals("1.2.840.113549.1.1.13") { return .sha512WithRSA }
    if numbers.equals("1.2.840.10045.2.1") { return .ellipticCurve }
    if numbers.equals("1.2.840.10045.4.1") { return .ecdsaWithSHA1 }
    if numbers.equals("1.2.840.10045.4.3.2") { return .ecdsaWithSHA256 }
    if numbers.starts(with: "1.2.840.10045.4.") { return .ecdsa }
    if numbers.equals("1.2.840.10040.4.1") { return .dsa }
    if numbers.equals("1.3.101.112") || numbers.equals("1.3.101.113") { return .edwardsCurve }
    return nil
  }
}
