import Bytes
import Support
import Testing
import Wire

/// Whatever the bytes are, reading them ends, and ends in order.
@Suite(.tags(.unit)) struct HostileTests {
  @Test(arguments: HandMade.all.map(\.name)) func noPrefixIsWhole(_ name: String) {
    guard let bytes = HandMade.all.first(where: { $0.name == name })?.bytes else { return }
    let whole = (0...bytes.count).filter {
      (try? readWhole(bytes.span.extracting(first: $0))) != nil
    }
    // A tally may end after any of its lines, or have none.
    let isWithTally = ["frames", "records", "analyzed", "ordered", "ledger"].contains(name)
    #expect(isWithTally ? whole.last == bytes.count && whole.count <= 3 : whole == [bytes.count])
  }

  @Test func neverTrapsOnDamage() {
    for (_, bytes) in HandMade.all {
      bytes.forEachDamage(Thoroughness.isExhaustive ? .every : .usual, mutations: 1500) {
        message, _ in try? readWhole(message.span)
      }
    }
  }

  @Test func neverTrapsOnRandomBytes() {
    var random = SeededRandom("wire random bytes")
    for _ in 0..<Thoroughness.rounds(20_000) {
      let bytes = random.bytes(random.below(200))
      try? readWhole(bytes.span)
      // A good header lets the rest be looked at.
      let kind = UInt8(1 + random.below(12))
      let message = Array(HandMade.ping.prefix(5)) + [kind, 0, 0] + bytes
      try? readWhole(message.span)
    }
  }

  /// Lengths at the edge of what their types hold.
  @Test func neverTrapsOnLargeNumbers() {
    for (_, bytes) in HandMade.all {
      for width in [2, 4, 8] {
        for i in stride(from: 16, through: bytes.count - width, by: 1) {
          for (low, high) in [(UInt8(0xff), UInt8(0xff)), (0xff, 0x7f), (0, 0x80)] {
            var changed = bytes
            for j in i..<i + width { changed[j] = low }
            changed[i + width - 1] = high
            try? readWhole(changed.span)
          }
        }
      }
    }
  }
}
