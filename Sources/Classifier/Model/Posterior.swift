/// How likely each process of a model is, once a message has been seen.
///
/// Its memory is used again for the next message.
struct Posterior: ~Copyable {
  /// The logarithm of each process's score.
  private(set) var logs: [Double] = []
  /// What each comes to beside the best; their sum is `sum`.
  private(set) var shares: [Double] = []
  private(set) var sum = 1.0
  private var winningShare = 1.0
  /// The process that is likeliest, and the one after it; the first of those that are alike.
  private(set) var winner = 0
  private(set) var second: Int?

  init(capacity: Int) {
    logs.reserveCapacity(capacity)
    shares.reserveCapacity(capacity)
  }

  /// Weighs the processes of `model`, with its own weights or others.
  mutating func weigh(
    _ model: borrowing FingerprintModel, _ seen: Observation, _ custom: FeatureWeights? = nil
  ) {
    logs.removeAll(keepingCapacity: true)
    shares.removeAll(keepingCapacity: true)
    let floor = FingerprintModel.floor(total: model.total)
    let change = custom.map { floor * ($0.sum - model.weights.sum) } ?? 0
    for i in model.processes.indices {
      logs.append(model.processes[i].prior + change)
      shares.append(0)
    }
    Section.forEach { section in
      guard let value = seen[section] else { return }
      let weight = custom?[section.feature] ?? model.weights[section.feature]
      model.look(up: value, in: section) { process, gain in logs[process] += gain * weight }
    }
    rank()
    Softmax.fill(&shares, from: logs, best: logs[winner])
    sum = Softmax.sum(of: shares)
    // Where every process has seen something no times at all, none of them can have sent it.
    if !sum.isFinite {
      for i in shares.indices { shares[i] = 0 }
      sum = 0
    }
    winningShare = shares[winner]
  }

  private mutating func rank() {
    winner = 0
    second = nil
    for i in logs.indices.dropFirst() {
      if logs[i] > logs[winner] {
        second = winner
        winner = i
      } else if second.map({ logs[i] > logs[$0] }) ?? true {
        second = i
      }
    }
  }

  /// Leaves the winner out, so that the second wins.
  ///
  /// A winner without a second stays; that no process is left then makes all other probabilities
  /// 0, as in the reference.
  mutating func excludeWinner() {
    let next = second ?? winner
    winningShare = shares[next]
    shares[winner] = 0
    // Taking its share off the sum would leave nothing but what was lost to rounding. The
    // reference has this sum in double precision, one by one.
    sum = 0
    for i in shares.indices { sum += shares[i] }
    winner = next
  }

  /// How likely the winner is.
  var score: Double { sum > 0 ? winningShare / sum : winningShare }

  func probability(_ process: Int) -> Double { sum > 0 ? shares[process] / sum : 0 }

  /// How likely it is that a process with some property sent the message.
  func probability(
    of model: borrowing FingerprintModel, where hasProperty: (FingerprintModel.Process) -> Bool
  ) -> Double {
    var total = 0.0
    for i in shares.indices where hasProperty(model.processes[i]) { total += shares[i] }
    return sum > 0 ? total / sum : 0
  }

  /// The likeliest processes, at most five.
  var leaders: (processes: InlineArray<5, Int>, count: Int) {
    var best = InlineArray<5, Int>(repeating: 0)
    var count = 0
    for i in shares.indices {
      var place = count
      while place > 0, shares[i] > shares[best[place - 1]] { place -= 1 }
      guard place < 5 else { continue }
      count = min(count + 1, 5)
      var last = count - 1
      while last > place {
        best[last] = best[last - 1]
        last -= 1
      }
      best[place] = i
    }
    return (best, count)
  }
}
