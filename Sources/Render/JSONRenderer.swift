import Bytes
import Wire

/// Prints records, as `Wire` holds them, as lines of JSON: pure ASCII, no spaces, always valid.
///
/// What it prints collects in `buffer` until the owner empties it. CBOR that `RecordWriter` could
/// not have written is refused, and leaves no trace in the buffer.
package struct JSONRenderer: ~Copyable {
  package var buffer: Buffer
  private var needsComma = false
  /// What ends every line.
  private var ending = Buffer(capacity: 1 << 6)

  package init(capacity: Int = 1 << 16) {
    buffer = Buffer(capacity: capacity)
    end(withSensor: nil)
  }

  /// Ends the lines from now on with the member `sensor`, or without one.
  package mutating func end(withSensor sensor: String?) {
    ending.removeAll()
    if let sensor {
      let name = [UInt8](sensor.utf8)
      ending.append(",\"sensor\":\"")
      ending.append(escaping: name.span)
      ending.append(UInt8(ascii: "\""))
    }
    ending.append("}\n")
  }

  /// What became of a record.
  package enum Outcome: Equatable, Sendable {
    case printed
    /// Nothing is printed: the line would be longer than `maxLine`.
    case tooLong
  }

  /// How long a line may be, its end included.
  package static let maxLine = 1 << 20 - 1

  /// Prints one record as a line.
  ///
  /// - Throws: `Malformed` if a section is not CBOR that prints as members; then nothing is printed.
  package mutating func record(_ item: borrowing RecordItem) throws(Malformed) -> Outcome {
    try record(
      head: item.head, analysis: item.analysis, tail: item.tail, flow: item.flow, time: item.time)
  }

  /// Prints one record as a line: the members of its sections, then where it came from and when, and the sensor
  /// where one is named.
  ///
  /// A section is a map, or the members of one without its head and end, or nothing.
  ///
  /// `time` counts nanoseconds.
  ///
  /// - Throws: `Malformed` if a section is not CBOR that prints as members; then nothing is printed.
  package mutating func record(
    head: Span<UInt8>, analysis: Span<UInt8>, tail: Span<UInt8>, flow: Flow?, time: UInt64
  ) throws(Malformed) -> Outcome {
    let start = buffer.count
    do throws(Malformed) {
      open()
      try members(head)
      try members(analysis)
      try members(tail)
    } catch {
      buffer.truncate(to: start)
      throw error
    }
    if let flow { members(flow) }
    separate()
    buffer.append("\"event_start\":")
    buffer.append(seconds: time)
    Self.append(ending, to: &buffer)
    guard buffer.count - start <= Self.maxLine else {
      buffer.truncate(to: start)
      return .tooLong
    }
    return .printed
  }

  private static func append(_ ending: borrowing Buffer, to line: inout Buffer) {
    line.append(ending.bytes)
  }

  /// Prints the members of a section as one object.
  ///
  /// - Throws: `Malformed` if the section is not CBOR that prints as members; then nothing is printed.
  package mutating func object(_ section: Span<UInt8>) throws(Malformed) {
    let start = buffer.count
    do throws(Malformed) {
      open()
      try members(section)
      buffer.append(UInt8(ascii: "}"))
    } catch {
      buffer.truncate(to: start)
      throw error
    }
  }

  private mutating func open() {
    buffer.append(UInt8(ascii: "{"))
    needsComma = false
  }

  private mutating func members(_ flow: Flow) {
    separate()
    buffer.append("\"src_ip\":\"")
    append(flow.source, flow)
    buffer.append("\",\"dst_ip\":\"")
    append(flow.destination, flow)
    buffer.append("\",\"protocol\":")
    buffer.append(decimal: UInt64(flow.ipProtocol))
    buffer.append(",\"src_port\":")
    buffer.append(decimal: UInt64(flow.sourcePort))
    buffer.append(",\"dst_port\":")
    buffer.append(decimal: UInt64(flow.destinationPort))
  }

  private mutating func append(_ address: UInt128, _ flow: Flow) {
    if flow.isIPv6 {
      buffer.append(ipv6: address)
    } else {
      buffer.append(ipv4: UInt32(truncatingIfNeeded: address))
    }
  }

  /// The comma between this member or element and the one before.
  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  // MARK: Sections

  /// Prints pairs of a key and a value, up to the end of `section`.
  private mutating func members(_ section: Span<UInt8>) throws(Malformed) {
    var reader = CBORReader(try section.mapMembers)
    var nest = Nest()
    while !nest.isEmpty || !reader.isAtEnd {
      if !nest.isEmpty, reader.takeStop() {
        buffer.append(nest.isMap ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        nest.leave()
        needsComma = true
        continue
      }
      separate()
      if nest.isMap {
        quote(try reader.text())
        buffer.append(UInt8(ascii: ":"))
      }
      try value(&reader, &nest)
    }
  }

  private mutating func value(
    _ reader: inout CBORReader, _ nest: inout Nest
  ) throws(Malformed) {
    switch try reader.next() {
    case .text(let value): quote(value)
    case .tag(let tag): try tagged(tag, try reader.bytes())
    case .number(let value): buffer.append(decimal: value)
    case .negative(let value): buffer.append(decimalOfComplement: value)
    case .flag(let value): buffer.append(value ? "true" : "false")
    case .null: buffer.append("null")
    case .double(let value): buffer.append(sixDecimals: value)
    case .map(count: nil):
      try nest.enter(isMap: true)
      open()
    case .array(count: nil):
      try nest.enter(isMap: false)
      buffer.append(UInt8(ascii: "["))
      needsComma = false
    case .bytes, .map, .array, .stop: throw .invalid
    }
  }

  private mutating func tagged(_ tag: UInt64, _ bytes: Span<UInt8>) throws(Malformed) {
    guard let number = UInt16(exactly: tag), let tag = CBOR.Tag(rawValue: number) else {
      throw .invalid
    }
    buffer.append(UInt8(ascii: "\""))
    switch tag {
    case .hex: buffer.append(hex: bytes)
    case .base64: buffer.append(base64: bytes)
    case .dubiousText: buffer.append(escaping: bytes)
    case .mac where bytes.count == 6: buffer.append(mac: bytes)
    case .ipv4 where bytes.count == 4: buffer.append(ipv4: bytes.u32(at: 0))
    case .ipv6 where bytes.count == 16: buffer.append(ipv6: bytes.u128(at: 0))
    case .mac, .ipv4, .ipv6: throw .invalid
    }
    buffer.append(UInt8(ascii: "\""))
  }

  private mutating func quote(_ text: Span<UInt8>) {
    buffer.append(UInt8(ascii: "\""))
    buffer.append(escaping: text)
    buffer.append(UInt8(ascii: "\""))
  }
}

/// Which maps and arrays are open: one bit each, the innermost lowest.
private struct Nest {
  private var maps: UInt64 = 0
  private var depth = 0

  var isEmpty: Bool { depth == 0 }

  /// Whether pairs come next; at the outermost level they do.
  var isMap: Bool { depth == 0 || maps & 1 == 1 }

  mutating func enter(isMap: Bool) throws(Malformed) {
    guard depth < min(CBOR.maxDepth, UInt64.bitWidth) else { throw .invalid }
    maps = maps << 1 | (isMap ? 1 : 0)
    depth += 1
  }

  mutating func leave() {
    maps >>= 1
    depth -= 1
  }
}
