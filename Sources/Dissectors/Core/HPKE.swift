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
