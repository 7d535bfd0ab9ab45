import Bytes
import Wire

/// The subject's public key, RFC 5280 §4.1.2.7.
///
///     SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
struct PublicKey: ~Escapable {
  let algorithm: AlgorithmIdentifier
  private let key: ASN1.Element

  /// Reads the two; `nil` where one is missing.
  @_lifetime(copy element)
  init?(_ element: ASN1.Element) {
    var input = element.contents
    guard let algorithm = try? input.element(.sequence),
      let key = try? input.element(.bitString)
    else { return nil }
    self.algorithm = AlgorithmIdentifier(algorithm)
    self.key = key
  }

  /// What is behind the byte that counts unused bits; nothing where there are such.
  private var bits: Span<UInt8> {
    @_lifetime(copy self) get {
      guard !key.value.isEmpty, key.value[0] == 0 else { return key.value.extracting(first: 0) }
      return key.value.extracting(droppingFirst: 1)
    }
  }

  func report(_ name: StaticString, to record: inout RecordWriter) {
    record.object(name) { record in
      algorithm.report("algorithm_identifier", to: &record)
      record.object("subject_public_key") { record in
        switch algorithm.known {
        case .rsa: RSAKey(bits).report(to: &record)
        case .ellipticCurve: reportPoint(to: &record)
        default:
          record.hex("key", key.value)
          record.truncation(of: "key", key)
          record.number("bits_in_key", bitCount(of: key.value))
        }
      }
    }
  }

  /// A point of a curve: both coordinates, or one and which of two the other is
  /// (SEC 1 §2.3.3).
  private func reportPoint(to record: inout RecordWriter) {
    let coordinates = bits.isEmpty ? bits : bits.extracting(droppingFirst: 1)
    switch bits.isEmpty ? 0 : bits[0] {
    case 0x02:
      record.hex("x", coordinates)
      record.literal("y", "00")
    case 0x03:
      record.hex("x", coordinates)
      record.literal("y", "01")
    case 0x04:
      let half = coordinates.count / 2
      record.hex("x", coordinates.extracting(first: half))
      record.hex("y", coordinates.extracting(half..<2 * half))
    default: break
    }
    record.number("bits_in_key", UInt(coordinates.count * 4))
  }

  /// Whether the key is of an algorithm, curve or length that should not be relied on.
  ///
  /// A key that is cut short is not judged.
  var isWeak: Bool {
    if key.isAbsent || key.isTruncated { return false }
    switch algorithm.known {
    case .rsa:
      let key = RSAKey(bits)
      return (key.modulus?.significantBits ?? 0) < 2048 || (key.exponent?.significantBits ?? 0) < 17
    case .ellipticCurve: return !isOnStrongCurve
    case .dsa: return bitCount(of: key.value) < 2048
    case .edwardsCurve: return false
    default: return true
    }
  }

  /// Whether the curve is P-256, P-384 or P-521.
  private var isOnStrongCurve: Bool {
    guard let curve = algorithm.curve else { return false }
    let identifier = ObjectIdentifier(curve)
    let numbers = identifier.numbers
    return numbers.equals("1.2.840.10045.3.1.7") || numbers.equals("1.3.132.0.34")
      || numbers.equals("1.3.132.0.35")
  }
}

/// A public key of RSA, RFC 8017 §A.1.1.
///
///     SEQUENCE { modulus INTEGER, publicExponent INTEGER }
private struct RSAKey: ~Escapable {
  let modulus, exponent: ASN1.Element?

  @_lifetime(copy bits)
  init(_ bits: Span<UInt8>) {
    var input = Reader(bits, isBody: true)
    var numbers = input.contents(.sequence)
    modulus = try? numbers.element(.integer)
    exponent = try? numbers.element(.integer)
  }

  func report(to record: inout RecordWriter) {
    guard let modulus, let exponent, !exponent.isAbsent else { return }
    record.hex("modulus", modulus)
    record.hex("exponent", exponent)
    record.number("bits_in_modulus", modulus.significantBits)
    record.number("bits_in_exponent", exponent.significantBits)
  }
}
