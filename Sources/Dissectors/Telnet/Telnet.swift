import Bytes
import Wire

/// What passes over a terminal's connection: text, and the commands among it (RFC 854).
///
/// A message is any run of bytes; the last command may be cut off.
struct Telnet: PlainMessage, ~Escapable {
  static let profile = Profile(
    "telnet", over: .tcp, when: .port(.either(23)), key: "telnet",
    summary: "Telnet text and options", specification: "RFC 854")

  private let items: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    guard !input.isAtEnd else { throw input.reject() }
    items = input.rest
  }

  func report(to record: inout RecordWriter) {
    var first = Reader(items)
    guard (try? Item(&first)) != nil else { return }
    record.object("telnet") { telnet in
      var rest = Reader(items)
      telnet.array("message") { message in
        while !rest.isAtEnd, let item = try? Item(&rest) {
          message.object { item.report(to: &$0) }
        }
      }
      if rest.isSpent { telnet.flag("truncated", true) }
    }
  }
}

extension Telnet {
  /// "Interpret as command": the byte that starts one, and twice is the byte itself.
  static let iac: UInt8 = 255

  /// A run of text, or a command.
  ///
  /// ```
  /// +-----+---------+          +-----+---------------+--------+
  /// | IAC | command |   or     | IAC | will…dont     | option |
  /// +-----+---------+          +-----+---------------+--------+
  ///
  /// +-----+----+--------+------+-----+----+
  /// | IAC | SB | option | data | IAC | SE |
  /// +-----+----+--------+------+-----+----+
  /// ```
  struct Item: ~Escapable {
    /// Absent in text.
    private let command: Command?
    private let option: UInt8?
    private let data: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let text = Self.text(&input)
      guard text.isEmpty else {
        (command, option, data) = (nil, nil, text)
        return
      }
      try input.skip(1)
      let command = Command(rawValue: try input.u8())
      self.command = command
      option = command.hasOption ? try input.u8() : nil
      data = command == .beginning ? try Self.suboption(&input) : text
    }

    /// The bytes before the next IAC that stands alone.
    @_lifetime(copy input)
    private static func text(_ input: inout Reader) -> Span<UInt8> {
      let all = input.rest
      var end = 0
      while end < all.count {
        if all[end] == iac {
          guard end + 1 < all.count, all[end + 1] == iac else { break }
          end += 1
        }
        end += 1
      }
      try? input.skip(end)
      return all.extracting(first: end)
    }

    /// The bytes before IAC SE; no other command may stand there.
    @_lifetime(copy input)
    private static func suboption(_ input: inout Reader) throws(Malformed) -> Span<UInt8> {
      let data = text(&input)
      try input.skip(1)
      guard Command(rawValue: try input.u8()) == .end else { throw input.reject() }
      return data
    }

    func report(to record: inout RecordWriter) {
      if let command { record.literal("command", command.name) }
      if let option { record.name("suboption", Telnet.name(ofOption: option), hexCode: option) }
      record.text("data", data)
    }
  }

  /// RFC 854, "TELNET command structure".
  struct Command: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt8

    static let end = Self(rawValue: 240)
    static let beginning = Self(rawValue: 250)

    var hasOption: Bool { 250...254 ~= rawValue }

    var name: StaticString {
      switch rawValue {
      case 240: "se"
      case 241: "nop"
      case 242: "dm"
      case 243: "brk"
      case 244: "ip"
      case 245: "ao"
      case 246: "ayt"
      case 247: "ec"
      case 248: "el"
      case 249: "ga"
      case 250: "sb"
      case 251: "will"
      case 252: "wont"
      case 253: "do"
      case 254: "dont"
      default: "unknown"
      }
    }
  }
}
