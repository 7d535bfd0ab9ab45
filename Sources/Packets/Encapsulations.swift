/// The headers that carried a packet inside another one, outermost first; at most four.
package struct Encapsulations: Sendable {
  package static let capacity = 4

  package struct Layer: Equatable, Sendable {
    package enum Kind: Sendable { case gre, ipInIP, vxlan, geneve }

    package var kind = Kind.ipInIP
    /// What the tunnel header says it carries; GRE and Geneve only.
    package var protocolType: UInt16 = 0
    package var isIPv6 = false
    /// The addresses of the packet that carries the tunnel.
    package var source: UInt128 = 0
    package var destination: UInt128 = 0

    package init() {}
  }

  package private(set) var count = 0
  private var layers = InlineArray<4, Layer>(repeating: Layer())

  package init() {}

  package var isEmpty: Bool { count == 0 }

  package subscript(_ index: Int) -> Layer { layers[index] }

  mutating func append(_ layer: Layer) {
    guard count < Self.capacity else { return }
    layers[count] = layer
    count += 1
  }
}
