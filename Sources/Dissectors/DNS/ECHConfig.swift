import Bytes
import Wire

/// What a client needs to encrypt its hello: the first configuration of a list, RFC 9849 §4.
///
///     +------------+---------+--------+-----------+-----+---------+---------+------+------+-----+
///     | list (2)   | version | length | config id | kem | key <2> | suites  | max. | name | ext |
///     +------------+---------+--------+-----------+-----+---------+---------+------+------+-----+
struct ECHConfig: ~Escapable {
  private let version: UInt16
  private let identifier: UInt8
  private let kem: UInt16
  private let publicKey: Span<UInt8>
  private let suites: Span<UInt8>
  private let maximumNameLength: UInt8
  private let publicName: Span<UInt8>
  private let extensions: Reader

  @_lifetime(copy bytes)
  init?(_ bytes: Span<UInt8>) {
    var rest = Reader(bytes, isBody: true)
    guard (try? rest.skip(2)) != nil, let version = try? rest.u16(), (try? rest.skip(2)) != nil,
      let identifier = try? rest.u8(), let kem = try? rest.u16(),
      let keyLength = try? rest.u16(), let publicKey = try? rest.take(Int(keyLength)),
      let suitesLength = try? rest.u16(), let suites = try? rest.take(Int(suitesLength)),
      let maximumNameLength = try? rest.u8(),
      let nameLength = try? rest.u8(), let publicName = try? rest.take(Int(nameLength))
    else { return nil }
    self.version = version
    self.identifier = identifier
    self.kem = kem
    self.publicKey = publicKey
    self.suites = suites
    self.maximumNameLength = maximumNameLength
    self.publicName = publicName
    extensions = rest
  }

  func report(to record: inout RecordWriter) {
    record.object("ech_config") { config in
      config.hex("version", version)
      config.object("hpke_key_config") { reportKey(to: &$0) }
      config.number("maximum_name_length", maximumNameLength)
      config.text("public_name", publicName)
      config.array("extensions") { reportExtensions(to: &$0) }
    }
  }

  private func reportKey(to record: inout RecordWriter) {
    record.number("config_id", identifier)
    record.name("kem", HPKE.kem(kem), hexCode: kem)
    record.hex("public_key", publicKey)
    record.array("hpke_symmetric_cipher_suite") { list in
      var rest = Reader(suites, isBody: true)
      while !rest.isAtEnd {
        let kdf = (try? rest.u16()) ?? 0
        let aead = (try? rest.u16()) ?? 0
        list.object {
          $0.name("kdf", HPKE.kdf(kdf), hexCode: kdf)
          $0.name("aead", HPKE.aead(aead), hexCode: aead)
        }
      }
    }
  }

  /// Every two bytes, those of the list's own length too, are taken for a type whose data is all
  /// that follows: what records have always shown of them.
  private func reportExtensions(to list: inout RecordWriter) {
    var rest = extensions
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
