import Bytes

/// Datagram TLS: what is said in the clear before encryption starts.
///
/// Only the first record of a datagram is read.
enum DTLS {
  /// One record with one handshake message or a part of it (RFC 9147 §4, §5.2).
  ///
  /// ```
  ///  0      1         3       5          11       13
  /// +------+---------+-------+----------+--------+----------------------------
  /// | type | version | epoch | sequence | length | handshake message
  /// +------+---------+-------+----------+--------+----------------------------
  ///
  ///  0      1        4          6                 9                 12
  /// +------+--------+----------+-----------------+-----------------+----------+
  /// | type | length | sequence | fragment offset | fragment length | fragment |
  /// +------+--------+----------+-----------------+-----------------+----------+
  /// ```
  struct Handshake: ~Escapable {
    /// Distinguishes the messages of a flow.
    let sequence: Span<UInt8>
    let offset: Int
    let fragment: Span<UInt8>
    /// How many bytes of the message are in other datagrams, where this one has its first.
    let missing: Int

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.skip(11)
      let recordLength = Int(try input.u16())
      var record = Reader(try input.take(recordLength), isBody: true)
      try record.skip(1)
      let length = Int(try record.u24())
      sequence = try record.take(2)
      offset = Int(try record.u24())
      fragment = try record.take(Int(try record.u24()))
      missing = offset == 0 ? max(length - fragment.count, 0) : 0
    }
  }
}
