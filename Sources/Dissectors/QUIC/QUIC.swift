/// QUIC: the packets that open a connection, which any observer can decrypt
/// (RFC 9001 §5).
enum QUIC {
  /// The smallest datagram that may open a connection has 1200 bytes (RFC 9000 §14.1); clients of
  /// drafts that sent a little less are still read.
  static let minDatagram = 1184
  /// Connection ids are no longer than this (RFC 9000 §17.2).
  static let maxConnectionID: UInt8 = 20
}
