import Bytes

/// A cheap test that suggests a message.
///
/// Kinds are tried in the order they are declared here, each in registry order; messages that
/// share one pattern or keyword are all tried, in registry order, until one can be read. A
/// payload that matched a pattern, a port or a rule is not tried as anything else; one that only
/// has a keyword may still be recognised by its length.
package enum Signature: Sendable {
  /// Ports and bytes at the front, tested before all others (UDP port 4500).
  case first(Ports, BytePattern)
  /// Bytes at the front, or at an offset.
  ///
  /// Patterns of up to eight bytes need eight bytes of payload, longer ones sixteen; at an
  /// offset, as many as the pattern has.
  case starts(BytePattern, at: Int = 0)
  /// Bytes at the front and a test of the whole payload, tried after all plain patterns.
  ///
  /// Needs four bytes.
  case whole(BytePattern, @Sendable (Span<UInt8>) -> Bool)
  case port(Ports)
  /// The first four bytes: a word of four characters, or several joined by `|`.
  case keyword(StaticString)
  /// Where messages share a keyword, this one is tried first at this destination port.
  case preferred(destination: UInt16)
  /// The payload's exact length.
  case length(Int)
  /// A TCP segment that opens a connection, or answers one that does.
  case syn, synAck
  /// An IP protocol number.
  case ipProtocol(UInt8)
  /// A link-layer protocol.
  case etherType(UInt16)
}

/// A condition on a packet's ports.
package enum Ports: Equatable, Sendable {
  case source(UInt16)
  case destination(UInt16)
  case either(UInt16)
  case both(UInt16)

  @inlinable package func matches(source from: UInt16, destination to: UInt16) -> Bool {
    switch self {
    case .source(let port): from == port
    case .destination(let port): to == port
    case .either(let port): from == port || to == port
    case .both(let port): from == port && to == port
    }
  }
}
