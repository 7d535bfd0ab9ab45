import Bytes
import Wire

/// The client/server protocol of MySQL and MariaDB: what opens a connection.
enum MySQL {
  /// A packet's header: a length in three bytes, little-endian, and a sequence number.
  @_lifetime(input: copy input)
  static func sequenceNumber(_ input: inout Reader) throws(Malformed) -> UInt8 {
    try input.skip(3)
    return try input.u8()
  }
}

extension RecordWriter {
  /// The names of the bits that are set, lowest first, where some are and the user asked for more.
  mutating func bits(_ key: StaticString, of flags: UInt16, _ name: (Int) -> StaticString) {
    guard wants(.metadata), flags != 0 else { return }
    array(key) { list in
      for bit in 0..<16 where flags >> UInt16(bit) & 1 != 0 { list.literal(name(bit)) }
    }
  }
}
