import Bytes

/// The headers that carried a packet inside another one, outermost first; at most four.
///
/// Most packets have none, so only where the headers stand is kept, and they are read when asked for.
package struct Encapsulations: ~Escapable {
  package static let capacity = 4

  package enum Kind: Sendable { case gre, ipInIP, vxlan, geneve }

  package struct Layer: Equatable, Sendable {
    package var kind: Kind
    /// What the tunnel header says it carries; GRE and Geneve only.
    package var protocolType: UInt16
    package var isIPv6: Bool
    /// The addresses of the packet that carries the tunnel.
    package var source: UInt128
    package var destination: UInt128
  }

  /// A tunnel header's facts.
  struct Header {
    var kind = Kind.ipInIP
    var protocolType: UInt16 = 0
    /// Where the IP header in front of it begins.
    var carrier: UInt32 = 0
  }

  package private(set) var count = 0
  private let bytes: Span<UInt8>
  private var headers = InlineArray<4, Header>(repeating: Header())

  /// None, in the captured packet `bytes`.
  @_lifetime(copy bytes)
  init(in bytes: Span<UInt8>) { self.bytes = bytes }

  package var isEmpty: Bool { count == 0 }

  package subscript(_ index: Int) -> Layer {
    let header = headers[index]
    let start = min(Int(header.carrier), bytes.count)
    let carrier = try? IPHeader(bytes.extracting(droppingFirst: start))
    return Layer(
      kind: header.kind, protocolType: header.protocolType,
      isIPv6: carrier?.network.version == 6, source: carrier?.source ?? 0,
      destination: carrier?.destination ?? 0)
  }

  /// Adds a tunnel header that follows the IP packet `carrier`, a part of the captured one.
  @_lifetime(self: copy self)
  mutating func append(_ header: Header, carrier: Span<UInt8>) {
    guard count < Self.capacity, let place = bytes.indices(of: carrier) else { return }
    headers[count] = header
    headers[count].carrier = UInt32(truncatingIfNeeded: place.lowerBound)
    count += 1
  }
}
