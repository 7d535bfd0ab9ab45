import Bytes

extension QUIC {
  /// The header of an Initial packet, and the payload behind it (RFC 9000 §17.2.2).
  ///
  /// ```
  ///  0       1         5
  /// +-------+---------+-----+------+-----+------+-------+-------+--------+---------------+---------+
  /// | flags | version | len | dcid | len | scid |  len  | token | length | packet number | payload |
  /// +-------+---------+-----+------+-----+------+-------+-------+--------+---------------+---------+
  ///                                                 ^ variable-length ^     length bytes from here
  /// ```
  /// Its flags' low four bits and the packet number are protected.
  struct LongHeader: ~Escapable {
    let flags: UInt8
    let version, destinationID, sourceID, token: Span<UInt8>
    /// The header up to the packet number.
    let bytes: Span<UInt8>
    /// Packet number and payload, which belong together as long as both are protected.
    let protected: Span<UInt8>

    /// Shorter payloads cannot be an Initial's.
    private static let minLength: UInt64 = 64

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let packet = input.rest
      flags = try input.u8()
      version = try input.take(4)
      destinationID = try input.connectionID()
      sourceID = try input.connectionID()
      token = try input.takeVariableLength()
      let length = try input.variableLengthInteger()
      guard length >= Self.minLength, length <= UInt64(input.count) else { throw input.reject() }
      bytes = packet.extracting(first: packet.count - input.count)
      protected = try input.take(Int(length))
    }

    /// The payload if it is in the clear, as in captures whose maker has decrypted them: then all
    /// that follows the packet number are frames.
    var plainFrames: Span<UInt8>? {
      @_lifetime(copy self) get {
        guard Self.isValid(flags) else { return nil }
        let frames = protected.extracting(droppingFirst: Self.packetNumberLength(flags))
        var rest = Reader(frames)
        while !rest.isAtEnd { guard (try? Frame(&rest)) != nil else { return nil } }
        return frames
      }
    }

    /// How many bytes the packet number has, if these are the flags without protection.
    static func packetNumberLength(_ flags: UInt8) -> Int { Int(flags & 3) + 1 }

    /// Whether flags without protection are well-formed: two bits are reserved (RFC 9000 §17.2).
    static func isValid(_ flags: UInt8) -> Bool { flags & 0x0c == 0 }
  }
}

extension Reader {
  @_lifetime(copy self) @_lifetime(self: copy self)
  fileprivate mutating func connectionID() throws(Malformed) -> Span<UInt8> {
    let length = try u8()
    guard length <= QUIC.maxConnectionID else { throw reject() }
    return try take(Int(length))
  }
}
