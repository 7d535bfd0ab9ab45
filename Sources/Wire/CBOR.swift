import Bytes

/// The initial bytes of CBOR items (RFC 8949 §3) and the tags that say how a value is printed.
public enum CBOR {
  public static let unsigned: UInt8 = 0x00
  public static let negative: UInt8 = 0x20
  public static let bytes: UInt8 = 0x40
  public static let text: UInt8 = 0x60
  public static let tag: UInt8 = 0xc0
  public static let arrayStart: UInt8 = 0x9f
  public static let mapStart: UInt8 = 0xbf
  @inlinable public static var stop: UInt8 { 0xff }
  public static let no: UInt8 = 0xf4
  public static let yes: UInt8 = 0xf5
  public static let double: UInt8 = 0xfb

  /// What a tagged byte string is.
  public enum Tag: UInt16, Sendable {
    /// RFC 8949 §3.4.5.2: prints as base64.
    case base64 = 22
    /// RFC 8949 §3.4.5.2: prints as lower-case hexadecimal.
    case hex = 23
    /// RFC 9542: a MAC address.
    case mac = 48
    /// RFC 9164: an IPv4 address.
    case ipv4 = 52
    /// RFC 9164: an IPv6 address.
    case ipv6 = 54
    /// Our own, `mt`: bytes meant as text that are not valid UTF-8; prints as an escaped string.
    case dubiousText = 0x6d74
  }

  /// How deep maps and arrays may nest in what is read or written.
  public static let maxDepth = 64
}

extension Buffer {
  /// Writes the head of a CBOR item: its major type and a length, number or tag.
  @inlinable public mutating func appendHead(_ major: UInt8, _ argument: UInt64) {
    switch argument {
    case 0..<24: append(major | UInt8(argument))
    case 24..<0x100:
      append(major | 24)
      append(UInt8(argument))
    case 0x100..<0x1_0000:
      append(major | 25)
      append(bigEndian: UInt16(argument))
    case 0x1_0000..<0x1_0000_0000:
      append(major | 26)
      append(bigEndian: UInt32(argument))
    default:
      append(major | 27)
      append(bigEndian: argument)
    }
  }
}
