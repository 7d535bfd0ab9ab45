import Bytes
import Wire

/// Finds hosts of private networks that pass TLS client hellos from outside on to other hosts
/// outside, as devices do that are rented out as residential proxies.
///
/// A hello that comes in is remembered by its random bytes, of the last 1024 such hellos; if the
/// host it went to sends one with the same bytes out, that is reported (analysis.md §8 of the
/// reference's rules). The answer depends on the order of records alone, so it is asked where all
/// of them come by in order.
package struct ResidentialProxies: ~Copyable {
  /// How many hellos are remembered.
  package static let capacity = 1024

  private struct Hello {
    var random: ClientRandom
    var receiver: UInt32
    /// The next in the same chain.
    var next: Int
  }

  /// In the order of arrival, the oldest replaced; `oldest` is the next to go.
  private var hellos: [Hello] = []
  private var oldest = 0
  /// For some bits of the random bytes, where their chain begins; −1 for none.
  private var chains = [Int](repeating: -1, count: Self.capacity)

  package init() { hellos.reserveCapacity(Self.capacity) }

  /// Takes note of a record; whether it is of a hello that its sender passes on.
  package mutating func passesOn(_ record: RecordItem) -> Bool {
    guard let random = record.facts.clientRandom, let flow = record.flow, !flow.isIPv6 else {
      return false
    }
    return passesOn(
      random, from: UInt32(truncatingIfNeeded: flow.source),
      to: UInt32(truncatingIfNeeded: flow.destination))
  }

  mutating func passesOn(_ random: ClientRandom, from source: UInt32, to destination: UInt32)
    -> Bool
  {
    let isInside = UInt128(source).isPrivateAddress(isIPv6: false)
    switch (isInside, UInt128(destination).isPrivateAddress(isIPv6: false)) {
    case (false, true):
      if receiver(of: random) == nil { remember(random, receiver: destination) }
      return false
    case (true, false): return receiver(of: random) == source
    case (true, true), (false, false): return false
    }
  }

  private func receiver(of random: ClientRandom) -> UInt32? {
    var place = chains[Self.chain(random)]
    while place >= 0 {
      if hellos[place].random == random { return hellos[place].receiver }
      place = hellos[place].next
    }
    return nil
  }

  private mutating func remember(_ random: ClientRandom, receiver: UInt32) {
    let chain = Self.chain(random)
    if hellos.count < Self.capacity {
      hellos.append(Hello(random: random, receiver: receiver, next: chains[chain]))
      chains[chain] = hellos.count - 1
      return
    }
    let place = oldest
    oldest = (oldest + 1) % Self.capacity
    unlink(place)
    hellos[place] = Hello(random: random, receiver: receiver, next: chains[chain])
    chains[chain] = place
  }

  private mutating func unlink(_ place: Int) {
    let chain = Self.chain(hellos[place].random)
    if chains[chain] == place {
      chains[chain] = hellos[place].next
      return
    }
    var before = chains[chain]
    while before >= 0, hellos[before].next != place { before = hellos[before].next }
    if before >= 0 { hellos[before].next = hellos[place].next }
  }

  private static func chain(_ random: ClientRandom) -> Int {
    Int(random.bits % UInt64(capacity))
  }
}
