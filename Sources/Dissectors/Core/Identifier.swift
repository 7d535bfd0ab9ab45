import Bytes
import Packets
import Wire

/// Suggests what message a packet may be: the selected signatures, compiled.
///
/// The rule it follows is `Signature`'s; position in the registry is precedence.
package struct Identifier: Sendable {
  private var tcp = SignatureTables()
  private var udp = SignatureTables()
  private var syn = Candidates(none: .tcpHandshake)
  private var synAck = Candidates(none: .tcpHandshake)
  private var ipProtocols = [Candidates](repeating: Candidates(none: .ipProtocol), count: 256)
  private var etherTypes: [(type: UInt16, candidates: Candidates)] = []

  package init(_ selection: Selection, registry: [Dissector] = registry) {
    precondition(registry.count <= 256, "a candidate is a byte")
    for (index, dissector) in registry.enumerated() where selection.includes(dissector.profile) {
      for signature in dissector.profile.signatures {
        add(signature, over: dissector.profile.carrier, index)
      }
    }
    tcp.compile()
    udp.compile()
  }

  private mutating func add(_ signature: Signature, over carrier: Profile.Carrier, _ index: Int) {
    switch signature {
    case .syn: syn.append(index)
    case .synAck: synAck.append(index)
    case .ipProtocol(let number): ipProtocols[Int(number)].append(index)
    case .etherType(let type): etherTypes.append((type, Candidates([index])))
    default:
      switch carrier {
      case .tcp: tcp.add(signature, index)
      case .udp: udp.add(signature, index)
      case .ip, .link: preconditionFailure("a signature that its carrier cannot have")
      }
    }
  }

  /// The messages to try, none with a reason if nothing that is selected suggests itself.
  package func candidates(for packet: borrowing Packet) -> Candidates {
    candidates(packet.payload, packet.content, packet.flow)
  }

  /// The same for a payload that is not a packet's own, such as a reassembled one.
  package func candidates(
    _ payload: Span<UInt8>, _ content: Packet.Content, _ flow: Flow
  ) -> Candidates {
    switch content {
    case .tcp: tcp.candidates(payload, flow) ?? Candidates(none: .tcpPayload)
    case .udp: udp.candidates(payload, flow) ?? Candidates(none: .udpPayload)
    case .syn: syn
    case .synAck: synAck
    case .ip: ipProtocols[Int(flow.ipProtocol)]
    case .link(let type): candidates(ofEtherType: type)
    case .nothing(let reason): Candidates(none: reason)
    }
  }

  private func candidates(ofEtherType type: UInt16) -> Candidates {
    for i in etherTypes.indices where etherTypes[i].type == type { return etherTypes[i].candidates }
    return Candidates(none: .linkProtocol)
  }

  /// The compiled tables as text, a line an entry, for people and tests.
  package func description(of carrier: Profile.Carrier, name: (Int) -> String) -> [String] {
    switch carrier {
    case .tcp: tcp.lines(name)
    case .udp: udp.lines(name)
    case .ip:
      ipProtocols.enumerated().filter { !$0.element.isEmpty }
        .map { "\($0.offset) \($0.element.indexes.map(name).joined(separator: ", "))" }
    case .link: etherTypes.map { "\($0.type) \($0.candidates.indexes.map(name).joined())" }
    }
  }
}
