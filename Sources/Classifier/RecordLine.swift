import Bytes
import Wire

/// A record that was printed as JSON: what it says of one connection, and where its analysis stands.
///
/// One value reads many lines, and uses its memory again.
package struct RecordLine: ~Copyable {
  private var fingerprint = Buffer(capacity: 1 << 12)
  private var serverName = Buffer(capacity: 256)
  private var userAgent = Buffer(capacity: 512)
  /// What Google's clients say of themselves in QUIC, which counts only beside the draft's extension.
  private var googleUserAgent = Buffer(capacity: 256)
  private var hasDraftParameters = false
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
      guard !fingerprint.isEmpty, let address = IPAddress(parsing: destination.bytes) else {
        return nil
      }
      let isGoogle = userAgent.isEmpty && hasDraftParameters
      return Subject(
        fingerprint: fingerprint.bytes, serverName: serverName.bytes,
        userAgent: isGoogle ? googleUserAgent.bytes : userAgent.bytes,
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
    String(decoding: fingerprint.bytes)
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
      case .tls: try readTLS(&json)
      case .http: try readHTTP(&json)
      case .ssh: try readSSH(&json)
      case .stun: try readSTUN(&json)
      case .tofsee: try readTofsee(&json)
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
      case .other: try json.skip()
      }
    }
    let close = json.offset - 1
    try json.finish()
    self.end = close
    place = analysis ?? (end ?? close)..<(end ?? close)
  }

  private mutating func clear() {
    fingerprint.removeAll()
    serverName.removeAll()
    userAgent.removeAll()
    googleUserAgent.removeAll()
    destination.removeAll()
    hasDraftParameters = false
    port = 0
    source.removeAll()
    sourcePort = 0
    ipProtocol = 0
    groundTruth = nil
    attributes = []
  }

  // MARK: Members

  private enum Member {
    case fingerprints, tls, http, ssh, stun, tofsee, analysis, address, port, other
    case source, sourcePort, ipProtocol, groundTruth
    /// One that comes after the analysis.
    case behind
  }

  private func member(_ key: Span<UInt8>) -> Member {
    if key.equals("fingerprints") { return .fingerprints }
    if key.equals("tls") { return .tls }
    if key.equals("http") { return .http }
    if key.equals("ssh") { return .ssh }
    if key.equals("stun") { return .stun }
    if key.equals("tofsee_initial_message") { return .tofsee }
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
      if fingerprint.isEmpty, FingerprintType(name: json.bytes(of: key)) != nil {
        try json.copyText(to: &fingerprint)
      } else {
        try json.skip()
      }
    }
  }

  private mutating func readTLS(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.enterObject(under: "client") else { return }
    while let key = try json.nextKey() {
      if json.is(key, "server_name") {
        try json.copyText(to: &serverName)
      } else if json.is(key, "google_user_agent") {
        try json.copyText(to: &googleUserAgent)
      } else {
        if json.is(key, "quic_transport_parameters_draft") { hasDraftParameters = true }
        try json.skip()
      }
    }
    try json.leaveObject()
  }

  private mutating func readHTTP(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.enterObject(under: "request") else { return }
    while let key = try json.nextKey() {
      if json.is(key, "host") {
        try json.copyText(to: &serverName)
      } else if json.is(key, "user_agent") {
        try json.copyText(to: &userAgent)
      } else {
        try json.skip()
      }
    }
    try json.leaveObject()
  }

  /// Version and comment, one behind the other, where there is a comment.
  private mutating func readSSH(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.enterObject(under: "init") else { return }
    var hasComment = false
    while let key = try json.nextKey() {
      if json.is(key, "comment") { hasComment = true }
      if hasComment || json.is(key, "protocol") {
        try json.appendText(to: &userAgent)
      } else {
        try json.skip()
      }
    }
    if !hasComment { userAgent.removeAll() }
    try json.leaveObject()
  }

  /// The software, as it stands in the record's JSON.
  private mutating func readSTUN(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.enterArray(under: "attributes") else { return }
    while try json.hasElement() {
      try json.enterObject()
      var isSoftware = false
      while let key = try json.nextKey() {
        if json.is(key, "type") {
          isSoftware = try json.textEquals("SOFTWARE")
        } else if isSoftware, json.is(key, "value") {
          userAgent.removeAll()
          try json.appendRawText(to: &userAgent)
        } else {
          try json.skip()
        }
      }
    }
    try json.leaveObject()
  }

  private mutating func readTofsee(_ json: inout JSONScanner) throws(JSONFault) {
    try json.enterObject()
    while let key = try json.nextKey() {
      if json.is(key, "bot_ip") {
        try json.copyText(to: &userAgent)
      } else {
        try json.skip()
      }
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

  /// Goes into an object, and in it into the object under `key`, if both are there.
  ///
  /// Otherwise the value is passed over. The outer one ends with `leaveObject`.
  @_lifetime(self: copy self)
  fileprivate mutating func enterObject(under key: StaticString) throws(JSONFault) -> Bool {
    guard try find(key, .object) else { return false }
    try enterObject()
    return true
  }

  /// The same for an array.
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

  @_lifetime(self: copy self)
  fileprivate mutating func appendText(to buffer: inout Buffer) throws(JSONFault) {
    guard try kind() == .string else { return try skip() }
    let value = try text()
    buffer.append(bytes(of: value))
  }

  /// As above, but as the text is spelled.
  @_lifetime(self: copy self)
  fileprivate mutating func appendRawText(to buffer: inout Buffer) throws(JSONFault) {
    guard try kind() == .string else { return try skip() }
    let value = try text()
    buffer.append(spelling(of: value))
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
