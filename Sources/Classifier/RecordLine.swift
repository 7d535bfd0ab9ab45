import Bytes
import Wire

/// A record that was printed as JSON: what it says of one connection, and where its analysis stands.
///
/// One value reads many lines, and uses its memory again.
package struct RecordLine: ~Copyable {
  /// What an analyzer is told, by `Fact`.
  private var facts = InlineArray<3, Buffer> { _ in Buffer(capacity: 512) }
  /// What fields seem to tell while the object that they are in is being read.
  private var pending = InlineArray<3, Buffer> { _ in Buffer(capacity: 512) }
  private var destination = Buffer(capacity: 48)
  private var port: UInt16 = 0
  private var source = Buffer(capacity: 48)
  private var sourcePort: UInt16 = 0
  private var ipProtocol: UInt8 = 0
  /// Where the line's last brace stands.
  package private(set) var end = 0
  /// Which process sent it, where that was looked for.
  package private(set) var groundTruth: GroundTruth?
  /// What the parser had found out.
  package private(set) var attributes: Attributes = []
  /// Where in the line the analysis stands, from its key on; where it would, if there is none.
  package private(set) var place = 0..<0

  package init() {}

  /// What an analyzer is asked about the record; `nil` where it has no fingerprint that can be
  /// classified, or no address.
  package var subject: Subject? {
    @_lifetime(borrow self) get {
      guard !facts[Fact.fingerprint.rawValue].isEmpty,
        let address = IPAddress(parsing: destination.bytes)
      else {
        return nil
      }
      return Subject(
        fingerprint: facts[Fact.fingerprint.rawValue].bytes,
        serverName: facts[Fact.serverName.rawValue].bytes,
        userAgent: facts[Fact.userAgent.rawValue].bytes,
        destination: address.bits, isIPv6: address.isIPv6, port: port)
    }
  }

  /// Where the message came from and went to; `nil` for a record of the link layer.
  package var flow: Flow? {
    guard let from = IPAddress(parsing: source.bytes),
      let to = IPAddress(parsing: destination.bytes)
    else { return nil }
    var flow = Flow()
    (flow.source, flow.destination, flow.isIPv6) = (from.bits, to.bits, from.isIPv6)
    (flow.sourcePort, flow.destinationPort, flow.ipProtocol) = (sourcePort, port, ipProtocol)
    return flow
  }

  /// The text of its fingerprint; empty where it has none that is classified.
  package var fingerprintText: String {
    String(decoding: facts[Fact.fingerprint.rawValue].bytes)
  }

  /// Reads a line.
  ///
  /// - Throws: `JSONFault` if it is not one JSON object.
  package mutating func read(_ line: Span<UInt8>) throws(JSONFault) {
    clear()
    var json = JSONScanner(line)
    var analysis: Range<Int>?
    var end: Int?
    try json.enterObject()
    while let key = try json.nextKey() {
      let start = key.range.lowerBound - 1
      switch member(json.bytes(of: key)) {
      case .fingerprints: try readFingerprints(&json)
      case .analysis:
        try readAnalysis(&json)
        analysis = start..<json.offset
      case .address:
        end = end ?? start
        try json.copyText(to: &destination)
      case .source:
        end = end ?? start
        try json.copyText(to: &source)
      case .sourcePort: sourcePort = UInt16(truncatingIfNeeded: try json.unsigned() ?? 0)
      case .ipProtocol: ipProtocol = UInt8(truncatingIfNeeded: try json.unsigned() ?? 0)
      case .groundTruth: groundTruth = try GroundTruth(&json)
      case .port: port = UInt16(truncatingIfNeeded: try json.unsigned() ?? 0)
      case .behind:
        end = end ?? start
        try json.skip()
      case .other: try readFacts(&json, of: key)
      }
    }
    let close = json.offset - 1
    try json.finish()
    self.end = close
    place = analysis ?? (end ?? close)..<(end ?? close)
  }

  private mutating func clear() {
    for i in facts.indices { facts[i].removeAll() }
    destination.removeAll()
    port = 0
    source.removeAll()
    sourcePort = 0
    ipProtocol = 0
    groundTruth = nil
    attributes = []
  }

  // MARK: Members

  private enum Member {
    case fingerprints, analysis, address, port, other
    case source, sourcePort, ipProtocol, groundTruth
    /// One that comes after the analysis.
    case behind
  }

  private func member(_ key: Span<UInt8>) -> Member {
    if key.equals("fingerprints") { return .fingerprints }
    if key.equals("analysis") { return .analysis }
    if key.equals("dst_ip") { return .address }
    if key.equals("dst_port") { return .port }
    if key.equals("src_ip") { return .source }
    if key.equals("src_port") { return .sourcePort }
    if key.equals("protocol") { return .ipProtocol }
    if key.equals("ground_truth") { return .groundTruth }
    let isBehind =
      key.equals("reassembly_properties") || key.equals("ip") || key.equals("encapsulations")
      || key.equals("event_start")
    return isBehind ? .behind : .other
  }

  /// Takes the first one: a record has no more than one that is classified.
  private mutating func readFingerprints(_ json: inout JSONScanner) throws(JSONFault) {
    try json.enterObject()
    while let key = try json.nextKey() {
      if facts[Fact.fingerprint.rawValue].isEmpty, FingerprintType(name: json.bytes(of: key)) != nil
      {
        try json.copyText(to: &facts[Fact.fingerprint.rawValue])
      } else {
        try json.skip()
      }
    }
  }

  /// Reads a member's value where fields in it tell something, and passes over any other.
  private mutating func readFacts(
    _ json: inout JSONScanner, of key: JSONScanner.Text
  ) throws(JSONFault) {
    guard let own = Self.place(of: json.bytes(of: key), nil) else { return try json.skip() }
    guard Self.places[own].part != nil else { return try readFacts(&json, at: own) }
    guard try json.kind() == .object else { return try json.skip() }
    let object = Self.places[own].object
    try json.enterObject()
    while let part = try json.nextKey() {
      if let place = Self.place(of: object.bytes, json.bytes(of: part)) {
        try readFacts(&json, at: place)
      } else {
        try json.skip()
      }
    }
  }

  /// The place under this key, or the first one where no part is named.
  private static func place(of object: Span<UInt8>, _ part: Span<UInt8>?) -> Int? {
    for (index, place) in places.enumerated() where object.equals(place.object) {
      guard let part, let its = place.part else { return index }
      if part.equals(its) { return index }
    }
    return nil
  }

  /// Reads an object that has such fields, or an array of these.
  private mutating func readFacts(_ json: inout JSONScanner, at place: Int) throws(JSONFault) {
    switch try json.kind() {
    case .object: try readObject(&json, Self.places[place].fields)
    case .array:
      try json.enterArray()
      while try json.hasElement() { try readFacts(&json, at: place) }
    default: try json.skip()
    }
  }

  private mutating func readObject(
    _ json: inout JSONScanner, _ fields: [FactField]
  ) throws(JSONFault) {
    for i in pending.indices { pending[i].removeAll() }
    // By position: which fields are there, and which have what they need beside them.
    var found: UInt8 = 0, complete: UInt8 = 0
    try json.enterObject()
    members: while let key = try json.nextKey() {
      for (position, field) in fields.enumerated() {
        let isField = json.is(key, field.key)
        let isPrefix = if let prefix = field.prefix { json.is(key, prefix) } else { false }
        if isField || isPrefix {
          if isField { found |= 1 << position }
          try json.appendText(to: &pending[field.fact.rawValue], spelled: field.isSpelled)
          continue members
        }
        guard let neighbor = field.neighbor, json.is(key, neighbor) else { continue }
        guard let text = field.neighborText else {
          complete |= 1 << position
          break
        }
        if try json.textEquals(text) { complete |= 1 << position }
        continue members
      }
      try json.skip()
    }
    for (position, field) in fields.enumerated() where found >> position & 1 == 1 {
      guard field.neighbor == nil || complete >> position & 1 == 1 else { continue }
      swap(&facts[field.fact.rawValue], &pending[field.fact.rawValue])
    }
  }

  /// A place in records, and the fields that tell something there.
  private struct Place {
    let object: StaticString
    let part: StaticString?
    var fields: [FactField]
  }

  private static let places = FactField.all.reduce(into: [Place]()) { places, field in
    let same = places.firstIndex {
      $0.object.bytes.equals(field.object) && ($0.part ?? "").bytes.equals(field.part ?? "")
    }
    if let same {
      places[same].fields.append(field)
    } else {
      places.append(Place(object: field.object, part: field.part, fields: [field]))
    }
  }

  private mutating func readAnalysis(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.enterArray(under: "attributes") else { return }
    while try json.hasElement() {
      try json.enterObject()
      while let key = try json.nextKey() {
        guard json.is(key, "name") else {
          try json.skip()
          continue
        }
        guard try json.kind() == .string else {
          try json.skip()
          continue
        }
        let name = try json.text()
        if let attribute = Attributes(named: json.bytes(of: name)) { attributes.insert(attribute) }
      }
    }
    try json.leaveObject()
  }
}

extension JSONScanner {
  @_lifetime(self: copy self)
  fileprivate mutating func `is`(_ text: Text, _ literal: StaticString) -> Bool {
    bytes(of: text).equals(literal)
  }

  /// Goes into an object, and in it into the array under `key`, if both are there.
  ///
  /// Otherwise the value is passed over. The outer one ends with `leaveObject`.
  @_lifetime(self: copy self)
  fileprivate mutating func enterArray(under key: StaticString) throws(JSONFault) -> Bool {
    guard try find(key, .array) else { return false }
    try enterArray()
    return true
  }

  @_lifetime(self: copy self)
  private mutating func find(_ key: StaticString, _ kind: Kind) throws(JSONFault) -> Bool {
    guard try self.kind() == .object else {
      try skip()
      return false
    }
    try enterObject()
    while let next = try nextKey() {
      if self.is(next, key), try self.kind() == kind { return true }
      try skip()
    }
    return false
  }

  /// Passes over the rest of the object that has been gone into.
  @_lifetime(self: copy self)
  fileprivate mutating func leaveObject() throws(JSONFault) {
    while try nextKey() != nil { try skip() }
  }

  /// Puts the next value's text, if it is one, in place of what the buffer holds.
  @_lifetime(self: copy self)
  fileprivate mutating func copyText(to buffer: inout Buffer) throws(JSONFault) {
    buffer.removeAll()
    try appendText(to: &buffer)
  }

  /// Appends the next value's text, if it is one, perhaps as it is spelled.
  @_lifetime(self: copy self)
  fileprivate mutating func appendText(
    to buffer: inout Buffer, spelled: Bool = false
  ) throws(JSONFault) {
    guard try kind() == .string else { return try skip() }
    let value = try text()
    if spelled { buffer.append(spelling(of: value)) } else { buffer.append(bytes(of: value)) }
  }

  /// Whether the next value is this text.
  @_lifetime(self: copy self)
  fileprivate mutating func textEquals(_ literal: StaticString) throws(JSONFault) -> Bool {
    guard try kind() == .string else {
      try skip()
      return false
    }
    let value = try text()
    return self.is(value, literal)
  }
}
