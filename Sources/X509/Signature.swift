import Bytes
import Wire

/// What makes a certificate trustworthy, RFC 5280 §4.1.1.3: a BIT STRING.
struct Signature: ~Escapable {
  private let element: ASN1.Element

  @_lifetime(copy element)
  init(_ element: ASN1.Element) { self.element = element }

  /// What is behind the byte that counts unused bits.
  private var bits: Span<UInt8> {
    @_lifetime(copy self) get { element.value.extracting(droppingFirst: 1) }
  }

  func report(as algorithm: AlgorithmIdentifier.Known?, to record: inout RecordWriter) {
    guard !element.value.isEmpty else { return }
    switch algorithm {
    case .ecdsaWithSHA1, .ecdsaWithSHA256, .ecdsa:
      let pair = Pair(bits)
      record.object("signature") { pair.report(to: &$0) }
      record.number("bits_in_signature", pair.significantBits)
    default:
      if !bits.isEmpty || !element.isTruncated {
        record.hex("signature", bits)
        record.truncation(of: "signature", element)
      }
      record.number("bits_in_signature", bitCount(of: bits))
    }
  }

  /// Whether the signature is shorter than it should be; one that is cut short is not judged.
  func isWeak(as algorithm: AlgorithmIdentifier.Known?) -> Bool {
    guard !element.value.isEmpty, !element.isTruncated else { return false }
    switch algorithm {
    case .ecdsaWithSHA1, .ecdsaWithSHA256: return !bits.isEmpty && !Pair(bits).isWhole
    case .sha256WithRSA, .sha384WithRSA, .sha512WithRSA:
      return bitCount(of: bits) + 32 < 2048
    default: return false
    }
  }

  /// The two numbers of ECDSA, RFC 5480 Appendix A.
  ///
  ///     SEQUENCE { r INTEGER, s INTEGER }
  private struct Pair: ~Escapable {
    let r, s: ASN1.Element?

    @_lifetime(copy bits)
    init(_ bits: Span<UInt8>) {
      var input = Reader(bits, isBody: true)
      var numbers = input.contents(.sequence)
      r = try? numbers.element(.integer)
      s = try? numbers.element(.integer)
    }

    var isWhole: Bool { r != nil && s != nil }

    func report(to record: inout RecordWriter) {
      report("r", r, to: &record)
      report("s", s, to: &record)
    }

    private func report(
      _ key: StaticString, _ number: ASN1.Element?, to record: inout RecordWriter
    ) {
      record.hex(key, number?.value)
      if let number { record.truncation(of: key, number) }
    }

    /// Those of the larger number.
    var significantBits: UInt64 {
      max(r?.significantBits ?? 0, s?.significantBits ?? 0)
    }
  }
}
