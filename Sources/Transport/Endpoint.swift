/// An address that a socket is bound or connects to: `ipc://PATH` on this host, or `tcp://HOST:PORT`.
package struct Endpoint: Equatable, Sendable {
  package let text: String

  private static let ipc = "ipc://"
  private static let tcp = "tcp://"
  /// What a process that is bound to all addresses says of itself.
  private static let wildcards = ["0.0.0.0:", "*:", "[::]:"]

  package init(_ text: String) { self.text = text }

  /// The endpoint of the socket file at `path`.
  package init(path: String) { text = Self.ipc + path }

  /// Whether a socket can be bound or connect here, as far as the text says.
  package var isWellFormed: Bool {
    if let path { return !path.isEmpty }
    guard isTCP, let colon = text.lastIndex(of: ":") else { return false }
    let port = text[text.index(after: colon)...]
    return colon > text.index(text.startIndex, offsetBy: Self.tcp.count)
      && (port == "*" || UInt16(port) != nil)
  }

  /// Whether others than processes of this host may reach it.
  package var isTCP: Bool { text.hasPrefix(Self.tcp) }

  /// The socket's file; `nil` for TCP.
  package var path: String? {
    text.hasPrefix(Self.ipc) ? String(text.dropFirst(Self.ipc.count)) : nil
  }

  /// The directory of the socket's file; `nil` for TCP, and for a file of the working directory.
  package var directory: String? {
    guard let path, let slash = path.lastIndex(of: "/") else { return nil }
    return String(path[..<slash])
  }

  /// Where another socket of the same pipeline is bound if nothing else is said: beside the socket's file,
  /// or any free TCP port.
  package func beside(_ suffix: String) -> Endpoint {
    path == nil ? Endpoint(Self.tcp + "*:*") : Endpoint(text + suffix)
  }

  /// With this address in the place of a wildcard.
  package func replacingWildcard(with address: String) -> Endpoint {
    guard isTCP else { return self }
    let rest = text.dropFirst(Self.tcp.count)
    for wildcard in Self.wildcards where rest.hasPrefix(wildcard) {
      let host = address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
      return Endpoint("\(Self.tcp)\(host):\(rest.dropFirst(wildcard.count))")
    }
    return self
  }

  /// Where this endpoint is for a process that reaches its host at `other`: the wildcard that a process
  /// is bound to says nothing to others.
  package func reachable(from other: Endpoint) -> Endpoint {
    guard other.isTCP, let colon = other.text.lastIndex(of: ":") else {
      return self
    }
    return replacingWildcard(with: String(other.text[..<colon].dropFirst(Self.tcp.count)))
  }
}
