/// Which forms of fingerprints the user asked for, of the protocols that have several.
///
/// Archives of fingerprints are each made for one form; what is looked up has to have the same.
package struct FingerprintFormats: Equatable, Sendable, CustomStringConvertible {
  /// How a fingerprint shows the extensions of a client hello.
  package enum Extensions: UInt8, Sendable {
    /// As they were sent.
    case asSent
    /// Sorted, because clients shuffle them.
    case sorted
    /// Sorted, and those that come and go with the user or the network left out.
    case selected
  }

  /// For TLS and DTLS.
  package var tls = Extensions.asSent
  package var quic = Extensions.sorted

  package init() {}

  /// Reads names separated by commas; a later one of the same protocol wins.
  package init(parsing list: String) throws(UnknownFormat) {
    for name in list.split(separator: ",") {
      switch String(name.filter { !$0.isWhitespace }) {
      case "tls": tls = .asSent
      case "tls/1": tls = .sorted
      case "tls/2": tls = .selected
      case "quic": quic = .sorted
      case "quic/1": quic = .selected
      case "": break
      case let unknown: throw UnknownFormat(name: unknown)
      }
    }
  }

  /// The list that gives these formats.
  package var description: String {
    let tls =
      switch self.tls {
      case .asSent: "tls"
      case .sorted: "tls/1"
      case .selected: "tls/2"
      }
    return "\(tls),\(quic == .selected ? "quic/1" : "quic")"
  }

  package struct UnknownFormat: Error, CustomStringConvertible {
    package let name: String

    package var description: String {
      "There is no fingerprint format '\(name)'. Formats are tls, tls/1, tls/2, quic, quic/1."
    }
  }
}
