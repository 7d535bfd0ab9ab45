import Bytes

/// Writes the fields of one record as CBOR, front to back, into a buffer that is used again.
///
/// Keys are literals, spelled exactly as they are printed. Each method says how its value prints;
/// one without a key adds an element to an array.
public struct RecordWriter: ~Copyable {
  public var buffer: Buffer
  public let options: RecordOptions
  /// Where the analyzer finds what it needs, as ranges of `buffer`, and the message's attributes.
  public internal(set) var facts = Facts()
  /// What the analyzer wants to know and the record does not show.
  public private(set) var notes = Buffer(capacity: 1 << 10)

  public init(options: RecordOptions = [], capacity: Int = 1 << 16) {
    self.options = options
    buffer = Buffer(capacity: capacity)
  }

  public func wants(_ option: RecordOptions) -> Bool { options.contains(option) }

  /// Notes what the record's analysis is to tell of the message.
  public mutating func mark(_ attributes: Attributes) { facts.attributes.formUnion(attributes) }

  /// Notes in what form the message exposes credentials, if it does and the user wants to know.
  public mutating func mark(exposed attributes: @autoclosure () -> Attributes?) {
    if wants(.exposedCredentials), let attributes = attributes() { mark(attributes) }
  }

  /// Notes the random bytes of a TLS client hello, where they are to be compared with others'.
  public mutating func note(clientRandom bytes: Span<UInt8>) {
    if wants(.clientRandoms) { facts.clientRandom = ClientRandom(bytes) }
  }

  /// Notes what a field tells an analyzer where the record does not show it so: the pieces that `pieces`
  /// appends.
  public mutating func note(_ field: FactField, _ pieces: (inout Buffer) -> Void) {
    let start = notes.count
    pieces(&notes)
    facts[field.fact] = Fact.Place(end: notes.count, count: notes.count - start, isNoted: true)
  }

  /// Adds to the labels, which stand together: a message that has some notes nothing in between.
  mutating func noteLabel(_ pieces: (inout Buffer) -> Void) {
    Self.extend(&facts.labels, in: &notes, pieces)
  }

  /// Adds to the list of fingerprints; these, too, stand together.
  mutating func noteFingerprint(_ pieces: (inout Buffer) -> Void) {
    Self.extend(&facts.fingerprints, in: &notes, pieces)
  }

  private static func extend(
    _ place: inout Fact.Place, in notes: inout Buffer, _ pieces: (inout Buffer) -> Void
  ) {
    let start = place.count == 0 ? notes.count : Int(place.offset)
    pieces(&notes)
    place = Fact.Place(end: notes.count, count: notes.count - start, isNoted: true)
  }

  /// Begins again; the buffers keep their memory.
  public mutating func reset() { rewind(to: 0) }

  /// Takes back everything from `count` on: a message that was tried and rejected.
  public mutating func rewind(to count: Int) {
    buffer.truncate(to: count)
    notes.removeAll()
    facts = Facts()
  }

  // MARK: Structure

  public mutating func object(_ key: StaticString, _ fields: (inout RecordWriter) -> Void) {
    write(key)
    object(fields)
  }

  public mutating func object(_ fields: (inout RecordWriter) -> Void) {
    buffer.append(CBOR.mapStart)
    fields(&self)
    buffer.append(CBOR.stop)
  }

  public mutating func array(_ key: StaticString, _ items: (inout RecordWriter) -> Void) {
    write(key)
    array(items)
  }

  public mutating func array(_ items: (inout RecordWriter) -> Void) {
    buffer.append(CBOR.arrayStart)
    items(&self)
    buffer.append(CBOR.stop)
  }

  // MARK: Text

  /// Bytes shown as an escaped string; nothing at all when there are none.
  public mutating func text(_ key: StaticString, _ value: Span<UInt8>?) {
    guard let value, !value.isEmpty else { return }
    write(key)
    writeText(value)
  }

  /// As above, for a field whose value an analyzer wants to find.
  public mutating func text(_ field: FactField, _ value: Span<UInt8>?) {
    guard let value, !value.isEmpty else { return }
    text(field.key, value)
    facts[field.fact] = Fact.Place(end: buffer.count, count: value.count)
  }

  /// As above, for a key that a table has.
  public mutating func text(key: Span<UInt8>, _ value: Span<UInt8>) {
    guard !value.isEmpty else { return }
    writeText(key)
    writeText(value)
  }

  /// Bytes shown as an escaped string, `""` when there are none; nothing when they are absent.
  public mutating func textOrEmpty(_ key: StaticString, _ value: Span<UInt8>?) {
    guard let value else { return }
    write(key)
    writeText(value)
  }

  /// An array's element of text; nothing when there are no bytes.
  public mutating func text(_ value: Span<UInt8>) {
    if !value.isEmpty { writeText(value) }
  }

  /// Fixed wording.
  @inlinable public mutating func literal(_ key: StaticString, _ value: StaticString) {
    write(key)
    write(value)
  }

  @inlinable public mutating func literal(_ value: StaticString) { write(value) }

  /// Text put together from pieces: the `count` bytes that `pieces` appends.
  public mutating func text(
    _ key: StaticString, count: Int, _ pieces: (inout Buffer) -> Void
  ) {
    write(key)
    buffer.appendHead(CBOR.text, UInt64(count))
    let end = buffer.count + count
    pieces(&buffer)
    precondition(buffer.count == end, "not as many bytes as were announced")
  }

  /// A code's name, or `UNKNOWN (<decimal>)`.
  public mutating func name(_ key: StaticString, _ name: StaticString?, code: UInt64) {
    write(key)
    self.name(name, code: code)
  }

  public mutating func name(_ name: StaticString?, code: UInt64) {
    if let name { write(name) } else { writeUnknown(sign: "", code) }
  }

  private mutating func writeUnknown(sign: StaticString, _ code: UInt64) {
    var digits = 1, left = code / 10
    while left > 0 {
      digits += 1
      left /= 10
    }
    buffer.appendHead(CBOR.text, UInt64(10 + sign.utf8CodeUnitCount + digits))
    buffer.append("UNKNOWN (")
    buffer.append(sign)
    buffer.append(decimal: code)
    buffer.append(UInt8(ascii: ")"))
  }

  /// A code's name, or `UNKNOWN (<decimal>)` with a sign where the code is negative.
  public mutating func name(_ key: StaticString, _ name: StaticString?, signedCode code: Int64) {
    write(key)
    self.name(name, signedCode: code)
  }

  public mutating func name(_ name: StaticString?, signedCode code: Int64) {
    if let name { write(name) } else { writeUnknown(sign: code < 0 ? "-" : "", code.magnitude) }
  }

  /// A code's name, or `UNKNOWN (<hex>)` with the width of the code's type.
  @inlinable public mutating func name<T: FixedWidthInteger & UnsignedInteger>(
    _ key: StaticString, _ name: StaticString?, hexCode code: T
  ) {
    write(key)
    self.name(name, hexCode: code)
  }

  @inlinable public mutating func name<T: FixedWidthInteger & UnsignedInteger>(
    _ name: StaticString?, hexCode code: T
  ) {
    if let name { return literal(name) }
    buffer.appendHead(CBOR.text, UInt64(10 + T.bitWidth / 4))
    buffer.append("UNKNOWN (")
    for shift in stride(from: T.bitWidth - 4, through: 0, by: -4) {
      buffer.append((UInt8(truncatingIfNeeded: code >> T(shift)) & 15).hexDigit)
    }
    buffer.append(UInt8(ascii: ")"))
  }

  // MARK: Bytes

  /// Bytes shown as lower-case hexadecimal, `""` when there are none or they are absent.
  public mutating func hex(_ key: StaticString, _ value: Span<UInt8>?) {
    write(key)
    writeBytes(.hex, value)
  }

  public mutating func hex(_ value: Span<UInt8>) { writeBytes(.hex, value) }

  /// A number shown as hexadecimal digits, as many as its type has.
  @inlinable public mutating func hex<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ key: StaticString, _ value: T
  ) {
    write(key)
    hex(value)
  }

  @inlinable public mutating func hex<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ value: T
  ) {
    buffer.appendHead(CBOR.tag, UInt64(CBOR.Tag.hex.rawValue))
    buffer.appendHead(CBOR.bytes, UInt64(T.bitWidth / 8))
    switch T.bitWidth {
    case 8: buffer.append(UInt8(truncatingIfNeeded: value))
    case 16: buffer.append(bigEndian: UInt16(truncatingIfNeeded: value))
    case 32: buffer.append(bigEndian: UInt32(truncatingIfNeeded: value))
    case 64: buffer.append(bigEndian: UInt64(truncatingIfNeeded: value))
    default: buffer.append(bigEndian: value)
    }
  }

  /// Bytes shown as base64, `""` when there are none.
  public mutating func base64(_ key: StaticString, _ value: Span<UInt8>) {
    write(key)
    writeBytes(.base64, value)
  }

  // MARK: Addresses

  /// An IPv4 address, `""` when absent.
  public mutating func ipv4(_ key: StaticString, _ value: UInt32?) {
    write(key)
    guard let value else { return write("") }
    ipv4(value)
  }

  public mutating func ipv4(_ value: UInt32) {
    buffer.appendHead(CBOR.tag, UInt64(CBOR.Tag.ipv4.rawValue))
    buffer.appendHead(CBOR.bytes, 4)
    buffer.append(bigEndian: value)
  }

  /// An IPv6 address, `""` when absent.
  public mutating func ipv6(_ key: StaticString, _ value: UInt128?) {
    write(key)
    guard let value else { return write("") }
    ipv6(value)
  }

  public mutating func ipv6(_ value: UInt128) {
    buffer.appendHead(CBOR.tag, UInt64(CBOR.Tag.ipv6.rawValue))
    buffer.appendHead(CBOR.bytes, 16)
    buffer.append(bigEndian: value)
  }

  /// A MAC address, `""` when absent.
  public mutating func mac(_ key: StaticString, _ value: Span<UInt8>?) {
    write(key)
    guard let value, value.count == 6 else { return write("") }
    writeBytes(.mac, value)
  }

  // MARK: Numbers

  @inlinable public mutating func number(_ key: StaticString, _ value: some UnsignedInteger) {
    write(key)
    number(value)
  }

  /// As above, for a key that a table has.
  public mutating func number(key: Span<UInt8>, _ value: UInt64) {
    writeText(key)
    number(value)
  }

  @inlinable public mutating func number(_ value: some UnsignedInteger) {
    buffer.appendHead(CBOR.unsigned, UInt64(value))
  }

  public mutating func signed(_ key: StaticString, _ value: Int64) {
    write(key)
    if value < 0 {
      buffer.appendHead(CBOR.negative, UInt64(bitPattern: ~value))
    } else {
      buffer.appendHead(CBOR.unsigned, UInt64(value))
    }
  }

  /// A number shown with six decimals.
  public mutating func double(_ key: StaticString, _ value: Double) {
    write(key)
    buffer.append(CBOR.double)
    buffer.append(bigEndian: value.bitPattern)
  }

  public mutating func flag(_ key: StaticString, _ value: Bool) {
    write(key)
    buffer.append(value ? CBOR.yes : CBOR.no)
  }

  // MARK: Plumbing

  @inlinable mutating func write(_ literal: StaticString) {
    buffer.appendHead(CBOR.text, UInt64(literal.utf8CodeUnitCount))
    buffer.append(literal)
  }

  private mutating func writeText(_ value: Span<UInt8>) {
    if value.isASCII || (try? UTF8Span(validating: value)) != nil {
      buffer.appendHead(CBOR.text, UInt64(value.count))
      buffer.append(value)
    } else {
      writeBytes(.dubiousText, value)
    }
  }

  private mutating func writeBytes(_ tag: CBOR.Tag, _ value: Span<UInt8>?) {
    buffer.appendHead(CBOR.tag, UInt64(tag.rawValue))
    buffer.appendHead(CBOR.bytes, UInt64(value?.count ?? 0))
    if let value { buffer.append(value) }
  }
}
