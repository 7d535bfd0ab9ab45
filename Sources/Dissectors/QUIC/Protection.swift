import Bytes
import Crypto

extension QUIC {
  /// How a group of versions protects its Initial packets (RFC 9001 §5.2, RFC 9369 §3.3), in the
  /// order in which they are tried on an unknown version.
  enum Protection: Int, CaseIterable, Sendable {
    case draft22, drafts23To28, drafts29To32, version1, draftsOfVersion2, version2

    /// The protection that a version is known to have.
    init?(version: UInt32) {
      switch version {
      case 0xff00_0016, 0xface_b001: self = .draft22
      case 0xff00_0017...0xff00_001c, 0xface_b002, 0xface_b00e, 0xface_b010...0xface_b013:
        self = .drafts23To28
      case 0xff00_001d...0xff00_0020: self = .drafts29To32
      case 0x0000_0001, 0xff00_0021, 0xff00_0022, 0xface_feed, 0xd400_0400: self = .version1
      case 0x709a_50c4: self = .draftsOfVersion2
      case 0x6b33_43cf: self = .version2
      default: return nil
      }
    }

    /// The name that records give to the salt.
    var name: StaticString {
      switch self {
      case .draft22: "d22"
      case .drafts23To28: "d23_d28"
      case .drafts29To32: "d29_d32"
      case .version1: "d33_v1"
      case .draftsOfVersion2: "d1_d7_v2"
      case .version2: "v2"
      }
    }

    var salt: [UInt8] { Self.salts[rawValue] }

    var labels: Labels {
      switch self {
      case .draft22, .drafts23To28, .drafts29To32, .version1: .version1
      case .draftsOfVersion2, .version2: .version2
      }
    }

    /// Whether an Initial of these versions may start with this byte: version 2 gave the packet
    /// types other numbers (RFC 9369 §3.2).
    func allows(_ flags: UInt8) -> Bool {
      flags & 0xb0 == (labels == .version1 ? 0x80 : 0x90)
    }

    private static let salts: [[UInt8]] = [
      [
        0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51,
        0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a,
      ],
      [
        0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4,
        0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02,
      ],
      [
        0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
        0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99,
      ],
      [
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
        0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
      ],
      [
        0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d, 0x62, 0xca, 0x57, 0x04,
        0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3,
      ],
      [
        0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
        0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
      ],
    ]
  }

  /// What keys are called when they are derived.
  enum Labels: Sendable {
    case version1, version2

    var key: Label { self == .version1 ? .key : .key2 }
    var iv: Label { self == .version1 ? .iv : .iv2 }
    var headerProtection: Label { self == .version1 ? .headerProtection : .headerProtection2 }
  }

  /// What HKDF-Expand-Label (RFC 8446 §7.1) is told: how many bytes are wanted, and for what.
  struct Label: Sendable {
    let length: Int
    /// Behind the length and the text comes an empty context.
    let info: [UInt8]

    static let clientSecret = Label("client in", 32)
    static let key = Label("quic key", 16)
    static let iv = Label("quic iv", 12)
    static let headerProtection = Label("quic hp", 16)
    static let key2 = Label("quicv2 key", 16)
    static let iv2 = Label("quicv2 iv", 12)
    static let headerProtection2 = Label("quicv2 hp", 16)

    private init(_ text: String, _ length: Int) {
      let label = Array("tls13 \(text)".utf8)
      self.length = length
      info = [0, UInt8(length), UInt8(label.count)] + label + [0]
    }
  }

  /// The keys of a client's Initial packets, which follow from the connection id it chose for the
  /// server: any observer of the packet can derive them (RFC 9001 §5.2).
  struct InitialKeys {
    let key, headerProtection: SymmetricKey
    let iv: [UInt8]

    init(_ protection: Protection, destinationID: Span<UInt8>) {
      let initial = HKDF<SHA256>.extract(
        inputKeyMaterial: SymmetricKey(data: [UInt8](copying: destinationID)),
        salt: protection.salt)
      let client = SymmetricKey(
        data: Self.expand(SymmetricKey(data: initial), .clientSecret))
      key = SymmetricKey(data: Self.expand(client, protection.labels.key))
      iv = Self.expand(client, protection.labels.iv)
      headerProtection = SymmetricKey(
        data: Self.expand(client, protection.labels.headerProtection))
    }

    /// HKDF-Expand of at most 32 bytes: one HMAC (RFC 5869 §2.3), taken directly because a key
    /// that HKDF returns does not show its bytes.
    private static func expand(_ secret: SymmetricKey, _ label: Label) -> [UInt8] {
      let block = HMAC<SHA256>.authenticationCode(for: label.info + [1], using: secret)
      return Array(block.prefix(label.length))
    }
  }
}
