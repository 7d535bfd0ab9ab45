import Bytes
import Wire

extension TACACS {
  /// What a client begins with: the user's name, and where from (RFC 8907 §5.1).
  struct AuthenticationStart: ~Escapable {
    private let action, level, type, service: UInt8
    private let user, port, address, data: Span<UInt8>

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) throws(Malformed) {
      var input = Reader(body)
      action = try input.u8()
      level = try input.u8()
      type = try input.u8()
      service = try input.u8()
      let userLength = Int(try input.u8())
      let portLength = Int(try input.u8())
      let addressLength = Int(try input.u8())
      let dataLength = Int(try input.u8())
      user = try input.take(userLength)
      port = try input.take(portLength)
      address = try input.take(addressLength)
      data = try input.take(dataLength)
    }

    /// The other ways to log in answer a challenge, or are taken to.
    var exposure: Attributes {
      type == 1 ? .exposedCredentialsPlaintext : .exposedCredentialsDerived
    }

    func report(to record: inout RecordWriter) {
      record.object("authentication_start") { start in
        start.name("authen_action", Self.name(ofAction: action), hexCode: action)
        start.name("privilege_level", Self.name(ofLevel: level), hexCode: level)
        start.name("authen_type", Self.name(ofType: type), hexCode: type)
        start.name("authen_service", Self.name(ofService: service), hexCode: service)
        start.text("user", user)
        start.text("port", port)
        start.text("rem_addr", address)
        start.hex("data", data)
      }
    }

    private static func name(ofAction action: UInt8) -> StaticString? {
      switch action {
      case 1: "LOGIN"
      case 2: "CHPASS"
      case 4: "SENDAUTH"
      default: nil
      }
    }

    private static func name(ofLevel level: UInt8) -> StaticString? {
      switch level {
      case 0: "MIN"
      case 1: "USER"
      case 15: "ROOT"
      default: nil
      }
    }

    private static func name(ofType type: UInt8) -> StaticString? {
      switch type {
      case 1: "ASCII"
      case 2: "PAP"
      case 3: "CHAP"
      case 5: "MSCHAP"
      case 6: "MSCHAPV2"
      default: nil
      }
    }

    private static func name(ofService service: UInt8) -> StaticString? {
      switch service {
      case 0: "NONE"
      case 1: "LOGIN"
      case 2: "ENABLE"
      case 3: "PPP"
      case 5: "PT"
      case 6: "RCMD"
      case 7: "X25"
      case 8: "NASI"
      case 9: "FWPROXY"
      default: nil
      }
    }
  }

  /// What the server answers (RFC 8907 §5.2).
  struct AuthenticationReply: ~Escapable {
    private let status, flags: UInt8
    private let message, data: Span<UInt8>

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) throws(Malformed) {
      var input = Reader(body)
      status = try input.u8()
      flags = try input.u8()
      let messageLength = Int(try input.u16())
      let dataLength = Int(try input.u16())
      message = try input.take(messageLength)
      data = try input.take(dataLength)
    }

    func report(to record: inout RecordWriter) {
      record.object("authentication_reply") { reply in
        reply.name("authen_status", Self.name(ofStatus: status), hexCode: status)
        reply.array("flags") { list in
          if flags & 0x01 != 0 { list.literal("noecho") }
          list.unknown(flags & ~0x01)
        }
        reply.text("server_msg", message)
        reply.hex("data", data)
      }
    }

    private static func name(ofStatus status: UInt8) -> StaticString? {
      switch status {
      case 1: "PASS"
      case 2: "FAIL"
      case 3: "GETDATA"
      case 4: "GETUSER"
      case 5: "GETPASS"
      case 6: "RESTART"
      case 7: "ERROR"
      case 33: "FOLLOW"
      default: nil
      }
    }
  }

  /// What the client says to a reply that asks for more (RFC 8907 §5.3).
  struct AuthenticationContinue: ~Escapable {
    private let flags: UInt8
    private let user, data: Span<UInt8>

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) throws(Malformed) {
      var input = Reader(body)
      let userLength = Int(try input.u16())
      let dataLength = Int(try input.u16())
      flags = try input.u8()
      user = try input.take(userLength)
      data = try input.take(dataLength)
    }

    func report(to record: inout RecordWriter) {
      record.object("authentication_continue") { answer in
        answer.array("flags") { list in
          if flags & 0x01 != 0 { list.literal("abort") }
          list.unknown(flags & ~0x01)
        }
        answer.text("user", user)
        answer.hex("data", data)
      }
    }
  }
}
