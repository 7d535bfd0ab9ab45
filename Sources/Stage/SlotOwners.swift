import Transport

/// The owners of slots, numbered from 0 in the order of their first slots.
struct SlotOwners {
  /// The owners by number.
  private(set) var peers: [PeerID] = []
  private var ids: [PeerID?] = []
  private var numbers: [Int?] = []

  /// The number of each slot's owner.
  ///
  /// Between most rounds no slot changes its owner, and arrays that share their memory compare at once.
  mutating func number(_ owners: [PeerID?]) -> [Int?] {
    guard owners != ids else { return numbers }
    ids = owners
    peers = []
    var known: [PeerID: Int] = [:]
    numbers = owners.map { owner in
      guard let owner else { return nil }
      if let number = known[owner] { return number }
      known[owner] = peers.count
      peers.append(owner)
      return peers.count - 1
    }
    return numbers
  }
}
