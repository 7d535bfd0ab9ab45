import Bytes
import Wire

extension BitTorrent {
  /// A peer's announcement to its own network that it has a torrent (BEP 14).
  ///
  /// ```
  /// BT-SEARCH * HTTP/1.1 CR LF
  /// Host: 239.192.152.143:6771 CR LF
  /// Port: 6881 CR LF
  /// ```
  /// An empty line ends the headers, or the packet does.
  struct LSD: PlainMessage, ~Escapable {
    static let profile = Profile(
      "bittorrent.lsd", over: .udp, when: .starts("42 54 2d 53 45 41 52 43"),
      key: "bittorrent_lsd", summary: "BitTorrent local service discovery",
      specification: "BEP 14")

    private let version: Span<UInt8>
    private let headers: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.expect("BT-SEARCH * ")
      version = try input.take(8)
      guard version.isVersion else { throw input.reject() }
      try input.expect("\r\n")
      headers = input.rest
      while !input.isAtEnd, !input.rest.starts(with: "\r\n") { _ = try Header(&input) }
    }

    func report(to record: inout RecordWriter) {
      record.object("bittorrent_lsd") { lsd in
        lsd.text("version", version)
        if hasHeaders {
          lsd.array("headers") { list in
            var rest = Reader(headers)
            while !rest.isAtEnd, let header = try? Header(&rest) {
              list.object {
                $0.text("key", header.name)
                $0.text("value", header.value)
              }
            }
          }
        }
        if lsd.wants(.rawBitTorrent) { reportFeatures(to: &lsd) }
      }
    }

    private var hasHeaders: Bool { !headers.isEmpty && !headers.starts(with: "\r\n") }

    /// The version and the headers; without any, nothing behind the comma, not even a list.
    private func reportFeatures(to record: inout RecordWriter) {
      record.features { features in
        features.feature(version)
        guard hasHeaders else { return features.separate() }
        features.featureList { list in
          var rest = Reader(headers)
          while !rest.isAtEnd, let header = try? Header(&rest) {
            list.featurePair(header.name, header.value)
          }
        }
      }
    }

    /// A name with its colon, one space or tab, and text.
    private struct Header: ~Escapable {
      let name: Span<UInt8>
      let value: Span<UInt8>

      @_lifetime(copy input)
      init(_ input: inout Reader) throws(Malformed) {
        name = input.take { $0.isNamePart }
        guard !name.isEmpty else { throw input.reject() }
        let space = try input.u8()
        guard space == 0x20 || space == 0x09 else { throw input.reject() }
        value = input.take { 0x20...0x7e ~= $0 || $0 == 0x09 }
        guard !value.isEmpty else { throw input.reject() }
        try input.expect("\r\n")
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte may stand in a token (RFC 9110 §5.6.2) or is a colon.
  fileprivate var isNamePart: Bool {
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
      UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      return true
    default: return isASCIIAlphanumeric
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether this is `HTTP/` and two digits with a dot between them.
  fileprivate var isVersion: Bool {
    starts(with: "HTTP/") && count == 8 && self[5].isASCIIDigit && self[6] == UInt8(ascii: ".")
      && self[7].isASCIIDigit
  }
}
