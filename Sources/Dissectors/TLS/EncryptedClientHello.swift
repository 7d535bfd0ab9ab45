import Bytes
import Wire

extension TLS {
  /// What the outer client hello says of the encrypted inner one (RFC 9849 §5).
  ///
  /// ```
  ///  0      1     3      5           6         8     8+n              10+n
  /// +------+-----+------+-----------+---------+-----+----------------+---------+
  /// | type | kdf | aead | config id | enc len | enc | payload length | payload |
  /// +------+-----+------+-----------+---------+-----+----------------+---------+
  /// ```
  /// What is cut off counts as 0.
  struct EncryptedClientHello {
    let keyDerivation, encryption: UInt16
    let configID: UInt8
    let payloadLength: UInt16

    init(_ bytes: Span<UInt8>) {
      var input = Reader(bytes)
      try? input.skip(1)
      keyDerivation = (try? input.u16()) ?? 0
      encryption = (try? input.u16()) ?? 0
      configID = (try? input.u8()) ?? 0
      try? input.skip(Int((try? input.u16()) ?? 0))
      let length = (try? input.u16()) ?? 0
      payloadLength = (try? input.take(Int(length))) == nil ? 0 : length
    }

    func report(to record: inout RecordWriter) {
      record.object("ech_client_hello") { record in
        record.object("hpke_symmetric_cipher_suite") { record in
          record.name("kdf", HPKE.keyDerivationName(keyDerivation), hexCode: keyDerivation)
          record.name("aead", HPKE.encryptionName(encryption), hexCode: encryption)
        }
        record.number("config_id", configID)
        record.number("payload_length", payloadLength)
      }
    }
  }
}

/// Names of hybrid public key encryption's algorithms (RFC 9180 §7).
enum HPKE {
  static func keyDerivationName(_ code: UInt16) -> StaticString? {
    switch code {
    case 1: "HKDF_SHA256"
    case 2: "HKDF_SHA384"
    case 3: "HKDF_SHA512"
    default: nil
    }
  }

  static func encryptionName(_ code: UInt16) -> StaticString? {
    switch code {
    case 1: "AES_128_GCM"
    case 2: "AES_256_GCM"
    case 3: "ChaCha20Poly1305"
    case 0xffff: "Export_only"
    default: nil
    }
  }
}
