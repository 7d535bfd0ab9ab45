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
          record.name("kdf", HPKE.kdf(keyDerivation), hexCode: keyDerivation)
          record.name("aead", HPKE.aead(encryption), hexCode: encryption)
        }
        record.number("config_id", configID)
        record.number("payload_length", payloadLength)
      }
    }
  }
}
