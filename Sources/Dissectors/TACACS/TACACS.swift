import Bytes
import Wire

/// A TACACS+ packet: authentication, authorization or accounting.
///
/// ```
///  0         1      2        3       4            8        12
/// +---------+------+--------+-------+------------+--------+------+
/// | version | type | number | flags | session id | length | body |
/// +---------+------+--------+-------+------------+--------+------+
/// ```
/// RFC 8907 §4.1. Fields that are cut off count as zero; the body must be whole.
struct TACACS: PlainMessage, ~Escapable {
  static let profile = Profile(
    "tacacs", over: .tcp, when: .port(.either(49)), key: "tacacs_plus",
    summary: "TACACS+ packets", specification: "RFC 8907")

  private let version, type, number, flags: UInt8
  private let session: UInt32
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    version = try input.u8()
    type = (try? input.u8()) ?? 0
    number = (try? input.u8()) ?? 0
    flags = (try? input.u8()) ?? 0
    session = (try? input.u32()) ?? 0
    let length = (try? input.u32()) ?? 0
    body = input.rest
    guard version & 0xfe == 0xc0, type <= 3, body.count == Int(length) else {
      throw input.reject()
    }
  }

  /// The client's packets have odd numbers.
  private var isRequest: Bool { number % 2 == 1 }
  private var isUnencrypted: Bool { flags & 0x01 != 0 }

  /// Only what a client says to log a user in has credentials; hidden, they can be guessed.
  private var exposure: Attributes? {
    guard type == 1, isRequest else { return nil }
    guard isUnencrypted else { return .exposedCredentialsDerived }
    return number == 1 ? (try? AuthenticationStart(body))?.exposure : nil
  }

  func report(to record: inout RecordWriter) {
    record.mark(exposed: exposure)
    record.object("tacacs_plus") { packet in
      packet.number("major_version", version >> 4)
      packet.number("minor_version", version & 15)
      packet.name("type", Self.name(ofType: type), hexCode: type)
      packet.number("seq_no", number)
      packet.array("flags") { list in
        if flags & 0x04 != 0 { list.literal("single_connect") }
        if isUnencrypted { list.literal("unencrypted") }
        list.unknown(flags & ~0x05)
      }
      packet.hex("session_id", session)
      if isUnencrypted {
        reportClear(to: &packet)
      } else {
        packet.hex(isRequest ? "encrypted_request" : "encrypted_reply", body)
        reportRecovery(to: &packet)
      }
    }
  }

  private func reportClear(to record: inout RecordWriter) {
    guard type == 1 else {
      return record.hex(isRequest ? "unencrypted_request" : "unencrypted_reply", body)
    }
    if number == 1 {
      (try? AuthenticationStart(body))?.report(to: &record)
    } else if isRequest {
      (try? AuthenticationContinue(body))?.report(to: &record)
    } else {
      (try? AuthenticationReply(body))?.report(to: &record)
    }
  }

  /// How many of an encrypted body's bytes are enough to try a key on.
  private static let recoveryLength = 32

  /// What password crackers take: `$tacacs-plus$0$session$body$version and number`.
  private func reportRecovery(to record: inout RecordWriter) {
    let start = body.extracting(first: min(body.count, Self.recoveryLength))
    record.text("password_recovery", count: 29 + 2 * start.count) { text in
      text.append("$tacacs-plus$0$")
      for shift in stride(from: 24, through: 0, by: -8) {
        text.append(hex: UInt8(truncatingIfNeeded: session >> UInt32(shift)))
      }
      text.append(UInt8(ascii: "$"))
      text.append(hex: start)
      text.append(UInt8(ascii: "$"))
      text.append(hex: version)
      text.append(hex: number)
    }
  }

  private static func name(ofType type: UInt8) -> StaticString? {
    switch type {
    case 1: "authentication"
    case 2: "authorization"
    case 3: "accounting"
    default: nil
    }
  }
}

extension Buffer {
  fileprivate mutating func append(hex byte: UInt8) {
    append((byte >> 4).hexDigit)
    append((byte & 15).hexDigit)
  }
}

extension RecordWriter {
  /// An element for flags that have no name, where there are any.
  mutating func unknown(_ flags: UInt8) {
    guard flags != 0 else { return }
    name(nil, hexCode: flags)
  }
}
