import Bytes

/// A message that is to be classified, as its record shows it.
package struct Subject: ~Escapable {
  package var fingerprint: Span<UInt8>
  /// The server that the client names; empty where it names none.
  package var serverName: Span<UInt8>
  package var userAgent: Span<UInt8>
  /// An IPv4 address in the lowest 32 bits.
  package var destination: UInt128
  package var isIPv6: Bool
  package var port: UInt16

  @_lifetime(copy fingerprint, copy serverName, copy userAgent)
  package init(
    fingerprint: Span<UInt8>, serverName: Span<UInt8>, userAgent: Span<UInt8>,
    destination: UInt128, isIPv6: Bool, port: UInt16
  ) {
    self.fingerprint = fingerprint.asCString(limit: 8192)
    self.serverName = serverName.asCString(limit: 257)
    self.userAgent = userAgent.asCString(limit: 512)
    self.destination = destination
    self.isIPv6 = isIPv6
    self.port = port
  }
}

extension Span where Element == UInt8 {
  /// What is left of text in a C string of so many bytes with its end: the reference's archives
  /// were made of such.
  @_lifetime(copy self)
  fileprivate func asCString(limit: Int) -> Span<UInt8> {
    let room = extracting(first: Swift.min(count, limit - 1))
    return room.extracting(first: room.firstIndex(of: 0) ?? room.count)
  }

  /// The last two labels of a name, or the whole of a shorter one.
  package var registeredDomain: Span<UInt8> {
    @_lifetime(copy self) get {
      var dots = 0
      var start = count
      while start > 0 {
        if self[start - 1] == UInt8(ascii: ".") { dots += 1 }
        if dots == 2 { break }
        start -= 1
      }
      return extracting(droppingFirst: start)
    }
  }
}
