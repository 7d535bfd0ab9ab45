import Bytes

/// The 32 random bytes of a TLS client hello (RFC 8446 §4.1.2), by which a hello that is passed on
/// is known again.
public struct ClientRandom: Hashable, Sendable {
  private let high, low: UInt128

  public static let size = 32

  /// Nothing but 32 bytes will do.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.size else { return nil }
    high = bytes.u128(at: 0)
    low = bytes.u128(at: 16)
  }

  /// A few of the bits, to find it by.
  public var bits: UInt64 { UInt64(truncatingIfNeeded: low) }

  func write(to buffer: inout Buffer) {
    buffer.append(bigEndian: high)
    buffer.append(bigEndian: low)
  }
}
