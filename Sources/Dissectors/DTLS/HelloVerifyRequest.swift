import Bytes
import Wire

extension DTLS {
  /// A server's wish to see its cookie come back before it does any work (RFC 6347 §4.2.1).
  ///
  /// ```
  ///  0         2        3
  /// +---------+--------+--------+
  /// | version | length | cookie |
  /// +---------+--------+--------+
  /// ```
  /// It says nothing about either side, so its record tells only that it was seen.
  struct HelloVerifyRequest: PlainMessage, ~Escapable {
    static let profile = Profile(
      "dtls.hello_verify_request", over: .udp,
      when: .starts("16 fe fd/fd ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 03"), key: "",
      summary: "DTLS hello verify request: only that there was one",
      specification: "RFC 6347 §4.2.1")

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var rest = Reader(try Handshake(&input).fragment, isBody: true)
      try rest.skip(2)
      try rest.skip(Int(try rest.u8()))
    }

    func report(to record: inout RecordWriter) {}
  }
}
