import Bytes
import Wire

extension TLS {
  enum Role { case client, server }
}

extension TLS.Extensions {
  /// All extensions in the order they were sent, in one pair of brackets: format 0.
  func fingerprint(as role: TLS.Role, into text: inout FingerprintWriter) {
    text.group { text in
      var list = self
      while let item = list.next() { item.fingerprint(as: role, into: &text) }
    }
  }
}

extension TLS.Extension {
  /// The extension by the name it has in a sorted fingerprint, and what is kept of its value.
  func sortedFingerprint(as name: TLS.ExtensionType, into text: inout FingerprintWriter) {
    text.group { text in
      if !type.isKeptWithValue {
        text.hex(name.rawValue)
      } else if type.hasTransportParameters {
        text.group(bytes.extracting(first: 2))
        TLS.TransportParameters(value).sortedFingerprint(into: &text)
      } else {
        fingerprintWithValue(as: .client, into: &text)
      }
    }
  }

  fileprivate func fingerprint(as role: TLS.Role, into text: inout FingerprintWriter) {
    text.group { text in
      if !type.isKeptWithValue {
        text.degreased(bytes.extracting(first: 2))
      } else if type.hasTransportParameters {
        text.group(bytes.extracting(first: 2))
        text.group { text in
          var parameters = TLS.TransportParameters(value)
          while let parameter = parameters.next() {
            if parameter.id.isGREASE {
              text.literal("(1b)")
            } else {
              text.group(parameter.idBytes)
            }
          }
        }
      } else {
        fingerprintWithValue(as: role, into: &text)
      }
    }
  }

  private func fingerprintWithValue(as role: TLS.Role, into text: inout FingerprintWriter) {
    switch type {
    case .supportedGroups: degreased(after: 2, into: &text)
    case .supportedVersions where role == .client: degreased(after: 1, into: &text)
    case .supportedVersions: text.degreased(bytes)
    default:
      text.degreased(bytes.extracting(first: 4))
      text.hex(value)
    }
  }

  /// Type and length, the first `count` bytes of the value as they are, and what follows degreased.
  private func degreased(after count: Int, into text: inout FingerprintWriter) {
    text.degreased(bytes.extracting(first: 4))
    text.hex(value.extracting(first: min(count, value.count)))
    text.degreased(value.extracting(droppingFirst: min(count, value.count)))
  }
}

extension TLS.ExtensionType {
  /// Whether a fingerprint shows the value too: it tells clients apart, and not their users.
  fileprivate var isKeptWithValue: Bool {
    switch rawValue {
    case 0...63: Self.keptWithValue & 1 << UInt64(rawValue) != 0
    case 21760, 65445: true
    default: false
    }
  }

  fileprivate var hasTransportParameters: Bool {
    self == .quicTransportParameters || self == .quicTransportParametersDraft
  }

  private static let keptWithValue: UInt64 = [
    1, 5, 7, 8, 9, 10, 11, 13, 15, 16, 17, 24, 27, 28, 43, 45, 50, 57,
  ].reduce(0) { $0 | 1 << $1 }
}

extension FingerprintWriter {
  /// Pairs of bytes as hex, each reserved one (RFC 8701) as `0a0a`; an odd last byte is dropped.
  mutating func degreased(_ bytes: Span<UInt8>) {
    var start = 0, i = 0
    while i + 1 < bytes.count {
      if bytes[i] == bytes[i + 1], bytes[i] & 0x0f == 0x0a {
        hex(bytes.extracting(start..<i))
        literal("0a0a")
        start = i + 2
      }
      i += 2
    }
    hex(bytes.extracting(start..<i))
  }
}

extension TLS {
  /// How a fingerprint shows the extensions of a client hello.
  enum ExtensionOrder: Int {
    /// As they were sent.
    case asSent
    /// Sorted, because clients shuffle them.
    case sorted
    /// Sorted, and those that come and go with the user or the network left out.
    case selected

    /// Of a form of the kinds `tls` and `dtls`.
    init(_ form: Int) { self = Self(rawValue: form) ?? .asSent }
  }
}
