import Bytes
import Wire

/// Writes whole records as single CBOR maps, with the members and the order of the JSON line.
///
/// What it writes collects in `buffer` until the owner empties it; any CBOR library reads it.
package struct CBORRecord: ~Copyable {
  package var buffer: Buffer

  package init(capacity: Int = 1 << 16) { buffer = Buffer(capacity: capacity) }

  /// Appends one record as a map; a section that is not CBOR leaves no trace in the buffer.
  ///
  /// - Throws: `Malformed` if a section is not CBOR.
  package mutating func append(_ item: borrowing RecordItem) throws(Malformed) {
    let head = try checkedMembers(item.head)
    let analysis = try checkedMembers(item.analysis)
    let tail = try checkedMembers(item.tail)
    buffer.append(CBOR.mapStart)
    buffer.append(head)
    buffer.append(analysis)
    buffer.append(tail)
    if let flow = item.flow { append(flow) }
    key("event_start")
    buffer.append(CBOR.double)
    buffer.append(bigEndian: (Double(item.time / 1000) / 1e6).bitPattern)
    buffer.append(CBOR.stop)
  }

  /// The members of a section, having looked at each of them.
  @_lifetime(copy section)
  private func checkedMembers(_ section: Span<UInt8>) throws(Malformed) -> Span<UInt8> {
    let members = try section.mapMembers
    var reader = CBORReader(members)
    while !reader.isAtEnd {
      _ = try reader.text()
      try reader.skip()
    }
    return members
  }

  private mutating func append(_ flow: Flow) {
    address("src_ip", flow.source, isIPv6: flow.isIPv6)
    address("dst_ip", flow.destination, isIPv6: flow.isIPv6)
    number("protocol", UInt64(flow.ipProtocol))
    number("src_port", UInt64(flow.sourcePort))
    number("dst_port", UInt64(flow.destinationPort))
  }

  private mutating func address(_ key: StaticString, _ address: UInt128, isIPv6: Bool) {
    self.key(key)
    if isIPv6 {
      buffer.appendHead(CBOR.tag, UInt64(CBOR.Tag.ipv6.rawValue))
      buffer.appendHead(CBOR.bytes, 16)
      buffer.append(bigEndian: address)
    } else {
      buffer.appendHead(CBOR.tag, UInt64(CBOR.Tag.ipv4.rawValue))
      buffer.appendHead(CBOR.bytes, 4)
      buffer.append(bigEndian: UInt32(truncatingIfNeeded: address))
    }
  }

  private mutating func number(_ key: StaticString, _ value: UInt64) {
    self.key(key)
    buffer.appendHead(CBOR.unsigned, value)
  }

  private mutating func key(_ key: StaticString) {
    buffer.appendHead(CBOR.text, UInt64(key.utf8CodeUnitCount))
    buffer.append(key)
  }
}
