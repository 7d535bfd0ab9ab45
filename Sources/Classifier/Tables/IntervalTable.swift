/// Networks and what is known of them, as the stretches of addresses that each is the longest
/// prefix of: one binary search finds it.
struct IntervalTable<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// Where each stretch begins, ascending; it ends where the next begins.
  private var starts: [Address] = []
  /// What each has; 0 where no network is.
  private var values: [UInt32] = []

  /// A network with its prefix's length in bits, and what is known of it, which is not 0.
  struct Network {
    var address: Address
    var length: Int
    var value: UInt32

    var last: Address { length == 0 ? .max : address | (Address.max >> Address(length)) }
  }

  var isEmpty: Bool { starts.isEmpty }

  /// Where a network is listed twice, the first counts.
  init(_ networks: [Network]) {
    var order = networks
    // Outer networks before those inside them; a stable order keeps the first of equal ones.
    let indices = order.indices.sorted {
      (order[$0].address, order[$0].length, $0) < (order[$1].address, order[$1].length, $1)
    }
    order = indices.map { order[$0] }
    var open: [Network] = []
    var previous: Network?
    for network in order {
      if let previous, previous.address == network.address, previous.length == network.length {
        continue
      }
      previous = network
      while let inner = open.last, inner.last < network.address {
        open.removeLast()
        close(inner, within: open.last)
      }
      begin(at: network.address, network.value)
      open.append(network)
    }
    while let inner = open.popLast() { close(inner, within: open.last) }
  }

  private mutating func begin(at address: Address, _ value: UInt32) {
    if starts.last == address {
      values[values.count - 1] = value
    } else if values.last ?? 0 != value {
      starts.append(address)
      values.append(value)
    }
  }

  private mutating func close(_ network: Network, within outer: Network?) {
    guard network.last < .max, outer.map({ network.last < $0.last }) ?? true else { return }
    begin(at: network.last + 1, outer?.value ?? 0)
  }

  /// What the longest prefix of an address has; 0 if no network has it.
  subscript(address: Address) -> UInt32 {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : values[low - 1]
  }
}
