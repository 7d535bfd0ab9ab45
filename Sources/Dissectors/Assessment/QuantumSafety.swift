import Bytes
import Wire

/// What is offered or agreed on in a TLS hello, judged by whether quantum computers can break it
/// (CNSA 2.0).
struct QuantumSafety: ~Escapable {
  private let cipherSuites: Span<UInt8>
  private let extensions: TLS.Extensions
  /// Whether not even a cipher suite could be read.
  private let isUnknown: Bool

  @_lifetime(copy hello)
  init(_ hello: TLS.ClientHelloBody) {
    cipherSuites = hello.cipherSuites
    extensions = hello.extensions
    isUnknown = false
  }

  @_lifetime(copy hello)
  init(_ hello: TLS.ServerHelloBody) {
    cipherSuites = hello.cipherSuite
    extensions = hello.extensions
    isUnknown = false
  }

  /// A server's hello that could not be read.
  @_lifetime(immortal)
  init() {
    cipherSuites = Span()
    extensions = TLS.Extensions(Span())
    isUnknown = true
  }

  /// Adds the assessment as an object of its own, the judgement under a key.
  func report(_ key: StaticString, to record: inout RecordWriter) -> Bool {
    var isConformant = true
    record.object { record in
      record.literal("policy", "quantum_safe")
      record.object(key) { isConformant = report(to: &$0) }
    }
    return isConformant
  }

  /// The same with the judgement beside the policy's name, as DTLS has it.
  func reportInline(_ target: StaticString, to record: inout RecordWriter) -> Bool {
    var isConformant = true
    record.object { record in
      record.literal("policy", "quantum_safe")
      record.literal("target", target)
      isConformant = report(to: &record)
    }
    return isConformant
  }

  /// Adds the judgement; false where something is not as it should be.
  private func report(to record: inout RecordWriter) -> Bool {
    let areSuitesAllowed = reportSuites(to: &record)
    let groups = groups
    // A list that claims to have half a group leaves nothing to judge the rest by.
    guard groups.count < 2 || groups.u16(at: 0) % 2 == 0 else { return false }
    let areGroupsAllowed = Codes(groups.extracting(droppingFirst: min(2, groups.count))).report(
      "groups_allowed", others: "groups_not_allowed", Self.allows(group:), TLS.groupNames,
      to: &record)
    let areKeysAllowed = PreSharedKeys(extensions).report(to: &record)
    return areSuitesAllowed && areGroupsAllowed && areKeysAllowed
  }

  private func reportSuites(to record: inout RecordWriter) -> Bool {
    if isUnknown {
      record.array("ciphersuites_not_allowed") { $0.literal("UNKNOWN") }
      record.literal("ciphersuites_allowed", "none")
      return false
    }
    return Codes(cipherSuites).report(
      "ciphersuites_allowed", others: "ciphersuites_not_allowed", Self.allows(suite:),
      TLS.cipherSuiteNames, to: &record)
  }

  /// The value of the first list of groups, whatever length it says it has.
  private var groups: Span<UInt8> {
    @_lifetime(copy self) get {
      var list = extensions
      while let item = list.next() {
        if item.type == .supportedGroups { return item.value }
      }
      return extensions.input.rest.extracting(first: 0)
    }
  }

  /// AES-256 with SHA-384 and keys that were agreed on beforehand, or in TLS 1.3.
  private static func allows(suite code: UInt16) -> Bool {
    switch code {
    case 0x008d, 0x00a9, 0x00af, 0x1302, 0xc0a5, 0xc0a9: true
    default: false
    }
  }

  /// ML-KEM, alone or along with a curve, and its drafts.
  private static func allows(group code: UInt16) -> Bool {
    switch code {
    case 0x0200...0x0202, 0x11eb...0x11ed, 0x6399, 0x639a: true
    default: false
    }
  }
}

/// Codes of two bytes each, of which the reserved ones mean nothing (RFC 8701); a byte that is left
/// over is an unknown code.
private struct Codes: ~Escapable {
  private let bytes: Span<UInt8>

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  /// Adds the names of those that are not allowed, and how many are; whether all of them are.
  func report(
    _ key: StaticString, others: StaticString, _ isAllowed: (UInt16) -> Bool, _ names: NameTable,
    to record: inout RecordWriter
  ) -> Bool {
    var allowance = Allowance()
    forEach { code in allowance.count(code.map(isAllowed) ?? false) }
    if !allowance.isAll {
      record.array(others) { list in
        forEach { code in
          guard let code else { return list.literal("UNKNOWN") }
          if !isAllowed(code) { list.name(names, code) }
        }
      }
    }
    record.literal(key, allowance.word)
    return allowance.isAll
  }

  private func forEach(_ body: (UInt16?) -> Void) {
    var i = 0
    while i + 1 < bytes.count {
      let code = bytes.u16(at: i)
      if !TLS.isGREASE(code) { body(code) }
      i += 2
    }
    if i < bytes.count { body(nil) }
  }
}

extension TLS {
  /// Whether a code is reserved to keep peers tolerant of unknown ones (RFC 8701 §2).
  static func isGREASE(_ code: UInt16) -> Bool {
    code & 0x0f0f == 0x0a0a && code >> 8 == code & 0xff
  }
}

extension RecordWriter {
  /// A code's name as an element of an array, `UNKNOWN` where the table lacks it.
  mutating func name(_ names: NameTable, _ code: UInt16) {
    if let name = names.name(hexCode: code) { text(name) } else { literal("UNKNOWN") }
  }

  mutating func name(_ key: StaticString, _ names: NameTable, _ code: UInt16?) {
    if let code, let name = names.name(hexCode: code) {
      text(key, name)
    } else {
      literal(key, "UNKNOWN")
    }
  }
}
