/// What has been done to bytes that are to be read nevertheless.
package enum Damage: Sendable {
  /// Only the first so many are left.
  case cut
  /// One of them is another.
  case changed
  /// A few are others, and some are perhaps cut off.
  case mutated
}

/// A way to change a byte.
package struct ByteChange: Sendable {
  private let kept, flipped: UInt8

  package func callAsFunction(_ byte: UInt8) -> UInt8 { byte & kept ^ flipped }

  static func flip(_ bits: UInt8) -> ByteChange { ByteChange(kept: 0xff, flipped: bits) }

  static func set(_ value: UInt8) -> ByteChange { ByteChange(kept: 0, flipped: value) }
}

extension [ByteChange] {
  /// To every value.
  package static let every = (UInt8.min ... .max).map { ByteChange.set($0) }
  /// To the complement.
  package static let complement = [ByteChange.flip(0xff)]
  /// To the complement, with one bit flipped, and to the limits of numbers with and without a sign;
  /// `scripts/test --unit` takes a few of them.
  package static let usual: [ByteChange] =
    Thoroughness.isExhaustive
    ? (0..<8).map { .flip(1 << $0) } + complement + [.set(0), .set(0x7f), .set(0x80), .set(0xff)]
    : [.flip(0x01), .flip(0x20), .flip(0x80), .flip(0xff), .set(0)]
}

extension [UInt8] {
  /// Calls `read` with these bytes cut short at every length, with each of them changed in every way,
  /// and mutated at random so many times, less often with `scripts/test --unit`.
  package func forEachDamage(
    _ changes: [ByteChange] = .usual, mutations: Int = 0, _ purpose: String = #function,
    _ read: ([UInt8], Damage) throws -> Void
  ) rethrows {
    for length in indices { try read(Array(self[..<length]), .cut) }
    var damaged = self
    for i in indices {
      for change in changes {
        damaged[i] = change(self[i])
        if damaged[i] != self[i] { try read(damaged, .changed) }
      }
      damaged[i] = self[i]
    }
    guard mutations > 0 else { return }
    var random = SeededRandom(purpose)
    for _ in 0..<Thoroughness.rounds(mutations) {
      try read(random.mutated(self), .mutated)
    }
  }
}
