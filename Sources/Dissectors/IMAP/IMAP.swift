import Bytes

/// The Internet Message Access Protocol, RFC 9051.
enum IMAP {
  /// A string announced by its length: `{5}` CR LF, and in the next lines five bytes.
  ///
  /// `{5+}` says that the bytes follow at once; without `+` the client waits for the server to
  /// ask for them, in another segment (RFC 9051 §4.3).
  struct Literal: ~Escapable {
    let size: UInt32
    let isSynchronizing: Bool
    /// Nothing where the client waits.
    let data: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.expect("{")
      size = try Self.number(&input)
      isSynchronizing = !input.skip(ifNext: UInt8(ascii: "+"))
      try input.expect("}")
      if isSynchronizing {
        data = try input.take(0)
      } else {
        try input.expect("\r\n")
        data = try input.take(Int(size))
      }
    }

    @_lifetime(input: copy input)
    private static func number(_ input: inout Reader) throws(Malformed) -> UInt32 {
      let digits = input.take { $0.isASCIIDigit }
      guard !digits.isEmpty else { throw input.reject() }
      var value: UInt32 = 0
      for i in digits.indices {
        let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(UInt32(digits[i] &- 0x30))
        guard !isTooLarge, !overflow else { throw input.reject() }
        value = sum
      }
      return value
    }
  }
}

extension Reader {
  /// The bytes before the next space, which is consumed too; at least one.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func takeWord() throws(Malformed) -> Span<UInt8> {
    let word = try take(until: UInt8(ascii: " "))
    guard !word.isEmpty else { throw reject() }
    return word
  }

  /// A whole command: lines, and what literals they carry, up to the CR LF that ends it.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func takeCommand() throws(Malformed) -> Span<UInt8> {
    let start = rest
    while true {
      if rest.starts(with: "\r\n") {
        try skip(2)
        return start.extracting(first: start.count - count)
      }
      var trial = copy self
      if rest.starts(with: "{"), let literal = try? IMAP.Literal(&trial) {
        if literal.isSynchronizing, !trial.rest.starts(with: "\r\n") { throw reject() }
        self = trial
      } else {
        try skip(1)
      }
    }
  }
}
