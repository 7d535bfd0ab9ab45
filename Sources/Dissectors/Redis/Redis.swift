import Bytes
import Wire

/// The protocol of Redis, RESP2: types told apart by their first byte, lines ended by CR LF.
enum Redis {
  /// `$3` CR LF `abc` CR LF, or `$-1` CR LF for none.
  struct BulkString: ~Escapable {
    /// Nothing at all for `$-1`; where the packet ended early, what there is of it.
    let data: Span<UInt8>?
    let isTruncated: Bool

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.expect("$")
      let count = try Redis.number(&input)
      guard count >= 0 else {
        guard count == -1 else { throw input.reject() }
        (data, isTruncated) = (nil, false)
        return
      }
      if count == 0 || input.count >= count + 2 {
        data = try input.take(count)
        isTruncated = false
        try input.expect("\r\n")
      } else {
        data = try input.take(upTo: input.count)
        isTruncated = true
      }
    }
  }

  /// A line with a decimal number of 32 bits.
  @_lifetime(input: copy input)
  static func number(_ input: inout Reader) throws(Malformed) -> Int {
    var line = Reader(try input.takeLine(), isBody: true)
    let isNegative = line.skip(ifNext: UInt8(ascii: "-"))
    if !isNegative { _ = line.skip(ifNext: UInt8(ascii: "+")) }
    let digits = line.take { $0.isASCIIDigit }
    guard !digits.isEmpty, line.isAtEnd else { throw input.reject() }
    var value = 0
    for i in digits.indices {
      value = value * 10 + Int(digits[i] &- 0x30)
      guard value <= Int(Int32.max) else { throw input.reject() }
    }
    return isNegative ? -value : value
  }
}
