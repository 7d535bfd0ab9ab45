import Bytes
import Wire

/// The first message a Tofsee server sends to its bots: 200 bytes, scrambled.
///
/// ```
///  0     128         144      148      152
/// +-----+-----------+--------+--------+-----------+
/// | key | unknown_1 | bot's  | server | unknown_2 |
/// |     |           | address| time   |           |
/// +-----+-----------+--------+--------+-----------+
/// ```
struct Tofsee: PlainMessage, ~Escapable {
  static let profile = Profile(
    "tofsee", over: .tcp, when: .length(200), key: "tofsee_initial_message",
    summary: "Tofsee bot traffic", specification: "CERT Polska, Tofsee")

  private static let size = 200
  private var clear = InlineArray<200, UInt8>(repeating: 0)

  /// Nothing but the size tells the message from others, so what it means must be likely: the
  /// bot has an address, and few bits are set where most are zero.
  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    let scrambled = try input.take(Self.size)
    var state: UInt8 = 0xc6
    for i in scrambled.indices {
      let byte = scrambled[i]
      clear[i] = state ^ (byte << 5 | byte >> 3)
      state = byte ^ 0xc6
    }
    var bits = 0
    for i in 128..<144 { bits += clear[i].nonzeroBitCount }
    guard bits < 16, clear.span.u32(at: 144) != 0 else { throw input.reject() }
  }

  func report(to record: inout RecordWriter) {
    let bytes = clear.span
    record.object("tofsee_initial_message") { message in
      message.hex("key", bytes.extracting(0..<128))
      message.hex("unknown_1", bytes.extracting(128..<144))
      message.ipv4(FactField.tofseeAddress.key, bytes.u32(at: 144))
      message.hex("srv_time", bytes.extracting(148..<152))
      message.hex("unknown_2", bytes.extracting(152..<200))
    }
    record.note(.tofseeAddress) { text in
      for i in 144..<148 {
        if i > 144 { text.append(UInt8(ascii: ".")) }
        text.append(decimal: UInt64(bytes[i]))
      }
    }
  }

  func fingerprint(into text: inout FingerprintWriter) {
    text.begin("tofsee")
    text.literal("1/generic")
  }
}
