import Bytes

extension STUN {
  /// Walks attributes, up to the end or to what is none.
  ///
  ///      0      2        4
  ///     +------+--------+-------+------------------------+
  ///     | type | length | value | padding to four bytes  |
  ///     +------+--------+-------+------------------------+
  ///
  /// RFC 8489 §14.
  struct Attributes: ~Escapable {
    private(set) var rest: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { rest = bytes }

    /// The next attribute; where there is none, the bytes left are in `rest`.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Attribute? {
      guard !rest.isEmpty else { return nil }
      var input = Reader(rest)
      guard let type = try? input.u16(), let length = try? input.u16(),
        let value = try? input.take(Int(length)), (try? input.skip(-Int(length) & 3)) != nil
      else { return nil }
      rest = input.rest
      return Attribute(type: type, value: value)
    }
  }
}
