import Bytes

extension Buffer {
  /// Appends a server name as databases have it (analysis.md §4 of the reference's rules).
  ///
  /// Names stay as they are; addresses, names without a dot and what is no name at all become names
  /// under `alt.`, which is never delegated (RFC 9476). A port stands before the name, as `_8443.`.
  package mutating func append(serverIdentifier name: Span<UInt8>) {
    guard !name.isEmpty, name[0] != UInt8(ascii: "#") else { return append("missing.alt") }
    var rest = name
    while !rest.isEmpty, rest[0] == UInt8(ascii: " ") { rest = rest.extracting(droppingFirst: 1) }
    let text = rest
    let host = ServerHost(&rest)
    if !rest.isEmpty {
      guard let port = rest.port else { return append("other.alt") }
      append(UInt8(ascii: "_"))
      append(decimal: UInt64(port))
      append(UInt8(ascii: "."))
    }
    switch host {
    case .nothing: append("missing.alt")
    case .address(let address): append(nameOf: address.normalized)
    case .name(let length):
      let name = text.extracting(first: length)
      if name.equals("None") {
        append("missing.alt")
      } else if name.firstIndex(of: UInt8(ascii: ".")) == nil, !name.equals("localhost") {
        append("unqualified.alt")
      } else {
        append(name)
      }
    }
  }

  /// Appends the name that stands for an address: its text with hyphens.
  private mutating func append(nameOf address: IPAddress) {
    let start = count
    if address.isIPv6 {
      append(ipv6: address.bits)
    } else {
      append(ipv4: UInt32(truncatingIfNeeded: address.bits))
    }
    for i in start..<count where bytes[i] == UInt8(ascii: ":") || bytes[i] == UInt8(ascii: ".") {
      rewrite(at: i) { $0.append(UInt8(ascii: "-")) }
    }
    append(".address.alt")
  }
}

/// What a server name begins with.
private enum ServerHost {
  case nothing
  case address(IPAddress)
  /// The first `length` bytes are labels of letters, digits, `-` and `_`.
  case name(length: Int)

  /// Takes the host that the text begins with.
  @_lifetime(text: copy text)
  init(_ text: inout Span<UInt8>) {
    if let address = Self.bracketed(&text) ?? IPAddress.ipv6(&text) {
      self = .address(address)
    } else if let length = Self.takeName(&text) {
      self = .name(length: length)
    } else if let address = IPAddress.ipv4(&text) {
      self = .address(address)
    } else {
      self = .nothing
    }
  }

  @_lifetime(text: copy text)
  private static func bracketed(_ text: inout Span<UInt8>) -> IPAddress? {
    guard text.starts(with: "[") else { return nil }
    var rest = text.extracting(droppingFirst: 1)
    guard let address = IPAddress.ipv6(&rest), rest.starts(with: "]") else { return nil }
    text = rest.extracting(droppingFirst: 1)
    return address
  }

  /// Takes labels with dots between, the last of which has a letter; a dot at the end is taken and
  /// not counted.
  @_lifetime(text: copy text)
  private static func takeName(_ text: inout Span<UInt8>) -> Int? {
    var at = text.starts(with: "*.") ? 2 : 0
    while at < text.count, text[at].isLabel {
      var hasLetter = false
      while at < text.count, text[at].isLabel {
        if text[at].isASCIILetter { hasLetter = true }
        at += 1
      }
      let hasDot = at < text.count && text[at] == UInt8(ascii: ".")
      if hasDot, at + 1 < text.count, text[at + 1].isLabel {
        at += 1
        continue
      }
      guard hasLetter else { return nil }
      text = text.extracting(droppingFirst: hasDot ? at + 1 : at)
      return at
    }
    return nil
  }
}

extension UInt8 {
  fileprivate var isLabel: Bool {
    isASCIILetter || isASCIIDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
  }
}

extension Span where Element == UInt8 {
  /// Whether the whole of it is labels with dots between.
  var isHostName: Bool {
    var rest = self
    guard case .name = ServerHost(&rest) else { return false }
    return rest.isEmpty
  }

  /// The port after a colon, whatever follows its digits.
  fileprivate var port: UInt16? {
    guard count > 1, self[0] == UInt8(ascii: ":"), self[1].isASCIIDigit else { return nil }
    var value = 0
    for i in 1..<count {
      guard self[i].isASCIIDigit else { break }
      value = value * 10 + Int(self[i] - 0x30)
      guard value <= Int(UInt16.max) else { return nil }
    }
    return UInt16(value)
  }
}
