import Bytes
import Dissectors
import Packets
import Wire

/// What `Identifier` promises, said the slow way: a walk over the registry for each kind of
/// signature in turn.
struct SignatureScan {
  let selection: Selection
  let registry: [Dissector]

  func messages(_ payload: [UInt8], over carrier: Profile.Carrier, _ flow: Flow) -> [Int] {
    let selected = registry.indices.filter {
      registry[$0].profile.carrier == carrier && selection.includes(registry[$0].profile)
    }
    let kinds: [(Signature) -> String?] = [
      { first($0, payload, flow) }, { starts($0, payload) }, { whole($0, payload) },
      { port($0, flow) },
    ]
    for kind in kinds {
      // The first signature that matches decides; messages that have an equal one share it.
      var winner: String?
      var found: [Int] = []
      for index in selected {
        for signature in registry[index].profile.signatures {
          guard let key = kind(signature), winner == nil || winner == key else { continue }
          winner = key
          found.append(index)
        }
      }
      if winner != nil { return found }
    }
    return byKeyword(selected, payload, flow) + selected.filter { isLong($0, payload) }
  }

  private func padded(_ payload: [UInt8], from offset: Int = 0) -> UInt128 {
    var head: UInt128 = 0
    for i in offset..<offset + 16 { head = head << 8 | UInt128(i < payload.count ? payload[i] : 0) }
    return head
  }

  private func first(_ signature: Signature, _ payload: [UInt8], _ flow: Flow) -> String? {
    guard case .first(let ports, let pattern) = signature,
      ports.matches(source: flow.sourcePort, destination: flow.destinationPort),
      payload.count >= pattern.count, pattern.matches(padded(payload))
    else { return nil }
    return "\(ports) \(pattern)"
  }

  private func starts(_ signature: Signature, _ payload: [UInt8]) -> String? {
    guard case .starts(let pattern, let offset) = signature else { return nil }
    let needs = offset > 0 ? offset + pattern.count : pattern.count > 8 ? 16 : 8
    guard payload.count >= needs, pattern.matches(padded(payload, from: offset))
    else { return nil }
    return "\(pattern) \(offset)"
  }

  private func whole(_ signature: Signature, _ payload: [UInt8]) -> String? {
    guard case .whole(let pattern, let test) = signature, payload.count >= 4,
      pattern.matches(padded(payload)), test(payload.span)
    else { return nil }
    return "\(pattern)"
  }

  private func port(_ signature: Signature, _ flow: Flow) -> String? {
    guard case .port(let ports) = signature,
      ports.matches(source: flow.sourcePort, destination: flow.destinationPort)
    else { return nil }
    return "\(ports)"
  }

  private func byKeyword(_ selected: [Int], _ payload: [UInt8], _ flow: Flow) -> [Int] {
    guard payload.count >= 4 else { return [] }
    var found: [Int] = []
    for index in selected {
      let signatures = registry[index].profile.signatures
      let words = signatures.flatMap { signature -> [Substring] in
        guard case .keyword(let text) = signature else { return [] }
        return "\(text)".split(separator: "|")
      }
      guard words.contains(where: { Array($0.utf8) == Array(payload.prefix(4)) }) else { continue }
      let isPreferred = signatures.contains {
        if case .preferred(let port) = $0 { port == flow.destinationPort } else { false }
      }
      if isPreferred { found.insert(index, at: 0) } else { found.append(index) }
    }
    return found
  }

  private func isLong(_ index: Int, _ payload: [UInt8]) -> Bool {
    registry[index].profile.signatures.contains {
      if case .length(let length) = $0 { length == payload.count } else { false }
    }
  }
}
