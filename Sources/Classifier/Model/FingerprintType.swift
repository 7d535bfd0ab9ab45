import Bytes

/// The kinds of messages that can be classified, each named by what its fingerprints begin with.
package enum FingerprintType: UInt8, CaseIterable, Sendable {
  case tls, quic, http, ssh, stun, tofsee

  package var name: StaticString {
    switch self {
    case .tls: "tls"
    case .quic: "quic"
    case .http: "http"
    case .ssh: "ssh"
    case .stun: "stun"
    case .tofsee: "tofsee"
    }
  }

  /// The type of this name.
  init?(name: Span<UInt8>) {
    for type in Self.allCases where name.equals(type.name) {
      self = type
      return
    }
    return nil
  }

  /// The type of a fingerprint: what comes before its first slash.
  package init?(of fingerprint: Span<UInt8>) {
    guard let slash = fingerprint.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    self.init(name: fingerprint.extracting(first: slash))
  }
}
