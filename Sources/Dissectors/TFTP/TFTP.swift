import Bytes
import Wire

/// A message of the Trivial File Transfer Protocol.
///
///      0        2              4
///     +--------+----------+---+------+---+------------------------------------------+
///     | opcode | filename | 0 | mode | 0 | options: name, 0, value, 0 (RFC 2347)    |
///     +--------+----------+---+------+---+------------------------------------------+
///     | 5      | code         | message                                              |
///     +--------+--------------+------------------------------------------------------+
///
/// RFC 1350 §5. Other messages, and those that cannot be read, are records of their packet alone.
enum TFTP: PlainMessage, ~Escapable {
  case request(opcode: StaticString, Request)
  case error(code: UInt16)
  case other

  static let profile = Profile(
    "tftp", over: .udp, when: .port(.either(69)), key: "tftp",
    summary: "Trivial file transfers", specification: "RFC 1350, RFC 2347")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    let opcode = try input.u16()
    self = .other
    switch opcode {
    case 1: if let request = try? Request(&input) { self = .request(opcode: "read", request) }
    case 2: if let request = try? Request(&input) { self = .request(opcode: "write", request) }
    case 5: if let code = try? input.u16(), !input.isAtEnd { self = .error(code: code) }
    default: break
    }
  }

  func report(to record: inout RecordWriter) {
    switch self {
    case .request(let opcode, let request):
      record.object("tftp") { tftp in
        tftp.literal("opcode", opcode)
        request.report(to: &tftp)
      }
    case .error(let code): record.object("tftp") { $0.object("error") { $0.number("code", code) } }
    case .other: break
    }
  }
}

extension TFTP {
  /// What file is asked for, and how to transfer it.
  struct Request: ~Escapable {
    private let filename: Span<UInt8>
    private let mode: Span<UInt8>
    private let options: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      filename = try input.take(until: 0)
      mode = try input.take(until: 0)
      options = input.rest
    }

    func report(to record: inout RecordWriter) {
      record.text("filename", filename)
      record.text("mode", mode)
      record.array("options") { list in
        var rest = Reader(options)
        while !rest.isAtEnd, let option = try? rest.take(until: 0),
          let value = try? rest.take(until: 0)
        {
          list.object {
            $0.text("option", option)
            $0.text("value", value)
          }
        }
      }
    }
  }
}
