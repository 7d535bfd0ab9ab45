import Bytes
import Wire

/// The signatures of one transport, in the order they are tried.
struct SignatureTables: Sendable {
  private struct First: Sendable {
    let ports: Ports
    let pattern: BytePattern
    let candidates: Candidates
  }

  private struct Whole: Sendable {
    let pattern: BytePattern
    let test: @Sendable (Span<UInt8>) -> Bool
    let candidates: Candidates
  }

  private var first: [First] = []
  private var patterns = PatternTable()
  private var wholes: [Whole] = []
  private var ports = PortTable()
  private var keywords = KeywordTable()
  private var lengths: [(length: Int, candidates: Candidates)] = []

  mutating func add(_ signature: Signature, _ message: Int) {
    switch signature {
    case .first(let ports, let pattern):
      first.append(First(ports: ports, pattern: pattern, candidates: Candidates([message])))
    case .starts(let pattern, let offset): patterns.add(pattern, at: offset, message)
    case .whole(let pattern, let test):
      wholes.append(Whole(pattern: pattern, test: test, candidates: Candidates([message])))
    case .port(let rule): ports.add(rule, message)
    case .keyword(let words): keywords.add(words, message)
    case .preferred(let port): keywords.prefer(message, at: port)
    case .length(let length): lengths.append((length, Candidates([message])))
    case .syn, .synAck, .ipProtocol, .etherType: break
    }
  }

  mutating func compile() {
    patterns.compile()
    keywords.compile()
  }

  func candidates(_ payload: Span<UInt8>, _ flow: Flow) -> Candidates? {
    let (source, destination) = (flow.sourcePort, flow.destinationPort)
    let (head, count) = (payload.head, payload.count)
    for i in first.indices
    where first[i].ports.matches(source: source, destination: destination)
      && count >= first[i].pattern.count && first[i].pattern.matches(head)
    {
      return first[i].candidates
    }
    if count >= 4 {
      if let found = patterns.candidates(head, count: count) { return found }
      for i in wholes.indices where wholes[i].pattern.matches(head) && wholes[i].test(payload) {
        return wholes[i].candidates
      }
    }
    if let found = ports.candidates(source: source, destination: destination) { return found }
    var found: Candidates?
    if count >= 4 {
      found = keywords.candidates(UInt32(truncatingIfNeeded: head >> 96), to: destination)
    }
    for i in lengths.indices where lengths[i].length == count {
      found = found?.adding(lengths[i].candidates) ?? lengths[i].candidates
    }
    return found?.notFinal
  }

  func lines(_ name: (Int) -> String) -> [String] {
    func names(_ messages: [Int]) -> String { messages.map(name).joined(separator: ", ") }
    return first.map { "first \($0.ports): \(names($0.candidates.indexes))" }
      + patterns.entries.map { "pattern \($0.text): \(names($0.messages))" }
      + wholes.map { "whole \($0.pattern.count): \(names($0.candidates.indexes))" }
      + ports.rules.map { "port \($0.rule): \(names($0.messages))" }
      + keywords.lines(names)
      + lengths.map { "length \($0.length): \(names($0.candidates.indexes))" }
  }
}

extension Span where Element == UInt8 {
  /// The first sixteen bytes, the first one topmost, zeros where there are fewer.
  var head: UInt128 {
    if count >= 16 { return u128(at: 0) }
    var head: UInt128 = 0
    for i in indices { head = head << 8 | UInt128(self[i]) }
    return isEmpty ? 0 : head << UInt128((16 - count) * 8)
  }
}
