import Bytes
import Wire

extension OpenVPN {
  /// One packet behind its length.
  ///
  /// ```
  ///  0        2              3         11
  /// +--------+--------------+---------+------+--------+------+-----+------------+---------+------
  /// | length | opcode 5,    | session | HMAC | replay | time | ids | remote     | message | data
  /// |        | key 3 bits   | 8       | ?    | id 4   | 4 ?  | 1+n | session 8? | id 4    | …
  /// +--------+--------------+---------+------+--------+------+-----+------------+---------+------
  /// ```
  /// Whether there are an HMAC and a time depends on the peers' configuration and is guessed from
  /// the bytes that would be theirs. Only control packets have a message id. Data packets are read
  /// as if they were acknowledgements, as they have always been.
  struct Packet: ~Escapable {
    enum Channel { case control, acknowledgement, data }

    let opcode, key: UInt8
    let channel: Channel
    /// What a P_CONTROL_V1 packet carries.
    let data: Span<UInt8>
    let hmacLength: Int
    private let session: UInt64
    private let replayID: UInt32
    private let time: UInt32?
    private let idCount: UInt8
    private let messageID: UInt32

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let length = Int(try input.u16())
      let start = input.count
      let first = try input.u8()
      opcode = first >> 3
      key = first & 7
      guard let channel = Self.channel(ofOpcode: opcode) else { throw input.reject() }
      self.channel = channel
      session = try input.u64()
      hmacLength = try Self.hmacLength(input.rest)
      try input.skip(hmacLength)
      replayID = try input.u32()
      time = Self.hasTime(input.rest) ? try input.u32() : nil
      idCount = try input.u8()
      if idCount > 0 { try input.skip(Int(idCount) * 4 + 8) }
      messageID = channel == .control ? try input.u32() : 0
      guard opcode == Self.control else {
        data = try input.take(0)
        return
      }
      data = try input.take(length - (start - input.count))
      guard !data.isEmpty else { throw input.reject() }
    }

    private static let control: UInt8 = 4
    private static let leastHMAC = 16

    /// Without an HMAC a replay id would come first, which is small.
    private static func hmacLength(_ rest: Span<UInt8>) throws(Malformed) -> Int {
      guard rest.count >= 4 else { throw .invalid }
      var zeros = 0
      for i in 0..<4 where rest[i] == 0 { zeros += 1 }
      guard zeros <= 1 else { return 0 }
      var length = 0
      while length + 1 < rest.count, rest[length] != 0 || rest[length + 1] != 0 { length += 1 }
      guard length >= leastHMAC, length + 1 < rest.count else { throw .invalid }
      return length
    }

    /// Without a time the count of ids comes first, and ids are small.
    private static func hasTime(_ rest: Span<UInt8>) -> Bool {
      guard rest.count >= 2 else { return false }
      return Int(rest[0]) * 4 > rest.count - 2 || rest[1] != 0
    }

    func report(to record: inout RecordWriter) {
      record.name("opcode", Self.name(ofOpcode: opcode), code: UInt64(opcode))
      if record.wants(.metadata) {
        record.hex("session_id", session)
        record.flag("hmac", hmacLength > 0)
        if let time { record.number("net_time", time) }
      }
      record.number("replay_pkt_id", replayID)
      record.number("id_array_len", idCount)
      if channel == .control { record.number("msg_pkt_id", messageID) }
    }

    private static func channel(ofOpcode opcode: UInt8) -> Channel? {
      switch opcode {
      case 1, 2, 3, 4, 7, 8, 10, 11: .control
      case 5: .acknowledgement
      case 6, 9: .data
      default: nil
      }
    }

    private static func name(ofOpcode opcode: UInt8) -> StaticString? {
      switch opcode {
      case 1: "P_CONTROL_HARD_RESET_CLIENT_V1"
      case 2: "P_CONTROL_HARD_RESET_SERVER_V1"
      case 3: "P_CONTROL_SOFT_RESET_V1"
      case 4: "P_CONTROL_V1"
      case 5: "P_ACK_V1"
      case 7: "P_CONTROL_HARD_RESET_CLIENT_V2"
      case 8: "P_CONTROL_HARD_RESET_SERVER_V2"
      case 10: "P_CONTROL_HARD_RESET_CLIENT_V3"
      case 11: "P_CONTROL_WKC_V1"
      default: nil
      }
    }
  }
}
