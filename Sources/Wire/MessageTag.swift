/// Distinguishes the messages of one flow: a connection id, a message number.
public struct MessageTag: Equatable, Sendable {
  private var front: UInt128 = 0
  private var back: UInt32 = 0
  private var count: UInt8 = 0

  /// The tag of what has none.
  public init() {}

  /// The first twenty bytes count.
  public init(_ bytes: Span<UInt8>) {
    count = UInt8(min(bytes.count, 20))
    for i in 0..<Int(count) {
      if i < 16 {
        front = front << 8 | UInt128(bytes[i])
      } else {
        back = back << 8 | UInt32(bytes[i])
      }
    }
  }

  /// Whether a message that was begun with this tag goes on with `other`; without one it always does.
  public func matches(_ other: MessageTag) -> Bool { count == 0 || self == other }
}
