import Bytes
import Wire

/// What a client needs to encrypt its hello: the first configuration of a list, RFC 9849 §4.
///
///     +------------+---------+--------+-----------+-----+---------+---------+------+------+-----+
///     | list (2)   | version | length | config id | kem | key <2> | suites  | max. | name | ext |
///     +------------+---------+--------+-----------+-----+---------+---------+------+------+-----+
struct ECHConfig: ~Escapable {
  private let bytes: Span<UInt8>

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  func report(to record: inout RecordWriter) {
    var rest = Reader(bytes, isBody: true)
    try? rest.skip(2)
    record.hex("version", (try? rest.u16()) ?? 0)
    try? rest.skip(2)
    record.object("hpke_key_config") { Self.reportKey(from: &rest, to: &$0) }
    record.number("maximum_name_length", (try? rest.u8()) ?? 0)
    let nameLength = (try? rest.u8()) ?? 0
    record.text("public_name", try? rest.take(Int(nameLength)))
    let extensionsLength = (try? rest.u16()) ?? 0
    record.array("extensions") { list in
      guard let bytes = try? rest.take(Int(extensionsLength)) else { return }
      Self.reportExtensions(bytes, to: &list)
    }
  }

  @_lifetime(rest: copy rest)
  private static func reportKey(from rest: inout Reader, to record: inout RecordWriter) {
    record.number("config_id", (try? rest.u8()) ?? 0)
    let kem = (try? rest.u16()) ?? 0
    record.name("kem", HPKE.kem(kem), hexCode: kem)
    let keyLength = (try? rest.u16()) ?? 0
    record.hex("public_key", try? rest.take(Int(keyLength)))
    let suitesLength = (try? rest.u16()) ?? 0
    record.array("hpke_symmetric_cipher_suite") { suites in
      guard let bytes = try? rest.take(Int(suitesLength)) else { return }
      var rest = Reader(bytes, isBody: true)
      while let suite = try? rest.take(4) {
        let (kdf, aead) = (suite.u16(at: 0), suite.u16(at: 2))
        suites.object {
          $0.name("kdf", HPKE.kdf(kdf), hexCode: kdf)
          $0.name("aead", HPKE.aead(aead), hexCode: aead)
        }
      }
    }
  }

  /// Every two bytes are taken for a type whose data is all that follows.
  private static func reportExtensions(_ bytes: Span<UInt8>, to list: inout RecordWriter) {
    var rest = Reader(bytes, isBody: true)
    while let type = try? rest.u16() {
      list.object {
        if type == 0 || type & 0x0a0a == 0x0a0a {
          $0.literal("type", "GREASE")
        } else {
          $0.literal("type", "UNKNOWN")
          $0.number("type_code", type)
        }
        $0.hex("data", rest.rest)
      }
    }
  }
}

/// Names of the algorithms of hybrid public key encryption, RFC 9180 §7.
enum HPKE {
  static func kem(_ code: UInt16) -> StaticString? {
    switch code {
    case 0x0010: "DHKEM_P256_HKDF_SHA256"
    case 0x0011: "DHKEM_P384_HKDF_SHA384"
    case 0x0012: "DHKEM_P521_HKDF_SHA512"
    case 0x0013: "DHKEM_CP256_HKDF_SHA256"
    case 0x0014: "DHKEM_CP384_HKDF_SHA384"
    case 0x0015: "DHKEM_CP521_HKDF_SHA512"
    case 0x0016: "DHKEM_secp256k1_HKDF_SHA256"
    case 0x0020: "DHKEM_X25519_HKDF_SHA256"
    case 0x0021: "DHKEM_X448_HKDF_SHA512"
    case 0x0030: "X25519Kyber768Draft00"
    default: nil
    }
  }

  static func kdf(_ code: UInt16) -> StaticString? {
    switch code {
    case 0x0001: "HKDF_SHA256"
    case 0x0002: "HKDF_SHA384"
    case 0x0003: "HKDF_SHA512"
    default: nil
    }
  }

  static func aead(_ code: UInt16) -> StaticString? {
    switch code {
    case 0x0001: "AES_128_GCM"
    case 0x0002: "AES_256_GCM"
    case 0x0003: "ChaCha20Poly1305"
    case 0xffff: "Export_only"
    default: nil
    }
  }
}
