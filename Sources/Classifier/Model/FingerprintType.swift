import Bytes

/// The kinds of messages that can be classified, each named by what its fingerprints begin with.
package enum FingerprintType: UInt8, CaseIterable, Sendable {
  case tls, quic, http, ssh, stun, tofsee

  /// Kept, where the compiler would make it anew each time.
  package static let allCases: [Self] = [.tls, .quic, .http, .ssh, .stun, .tofsee]

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
    for i in Self.allCases.indices where name.equals(Self.allCases[i].name) {
      self = Self.allCases[i]
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
