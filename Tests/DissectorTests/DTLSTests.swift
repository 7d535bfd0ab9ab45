import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct DTLSTests {
  private let body =
    hex("fefd") + [UInt8](repeating: 0x52, count: 32) + hex("01 aa 02 0c0c 0002 c02b 01 00")
    + hex("0004 0017 0000")

  /// A record with a handshake message or, if that has `length` bytes, a part of it.
  private func record(
    _ type: UInt8, _ body: [UInt8], length: Int? = nil, offset: UInt8 = 0
  ) -> [UInt8] {
    let message =
      [type, 0] + UInt16(length ?? body.count).bigEndianBytes + [0, 0, 0, 0, offset, 0]
      + UInt16(body.count).bigEndianBytes + body
    return hex("16 fefd 0000 000000000000") + UInt16(message.count).bigEndianBytes + message
  }

  @Test func readsAClientHello() throws {
    #expect(
      try Reading("dtls.client_hello").json(record(1, body))
        == #"{"fingerprints":{"dtls":"dtls/(fefd)(c02b)((0017))"},"dtls":{"client":{}}}"#)
    let full = try Reading("dtls.client_hello", .metadata).json(record(1, body))
    #expect(full?.contains(#""session_id":"aa","cipher_suites":"c02b""#) == true)
  }

  @Test func followsTLSInFormats() throws {
    var reading = Reading("dtls.client_hello")
    reading.formats = try FingerprintFormats(parsing: "tls/2")
    #expect(
      try reading.json(record(1, body))?.contains("dtls/2/(fefd)(c02b)[(0017)]") == true)
  }

  @Test func readsTheFirstPart() throws {
    let part = record(1, Array(body.dropLast(6)), length: body.count)
    let line = try Reading("dtls.client_hello").json(part)
    #expect(line?.contains("dtls/(fefd)(c02b)()") == true)
    #expect(try Reading("dtls.client_hello").missing(part) == 6)
    let second = record(1, Array(body.suffix(20)), length: body.count, offset: 20)
    #expect(try Reading("dtls.client_hello").json(second) == nil)
  }

  @Test func wantsWholeRecords() throws {
    #expect(try Reading("dtls.client_hello").json(record(1, body).dropLast()) == nil)
    let padded = record(1, body) + [1, 2, 3]
    #expect(try Reading("dtls.client_hello").json(padded) != nil)
  }

  @Test func readsAServerHello() throws {
    let answer =
      hex("fefd") + [UInt8](repeating: 0x53, count: 32) + hex("00 c02b 00 0004 0017 0000")
    #expect(
      try Reading("dtls.server_hello").json(record(2, answer))
        == #"{"fingerprints":{"dtls_server":"dtls_server/(fefd)(c02b)((0017))"},"#
        + #""dtls":{"server":{}}}"#)
    let full = try Reading("dtls.server_hello", .metadata).json(record(2, answer))
    #expect(full?.contains(#""selected_cipher_suite":"c02b","compression_method":"00""#) == true)
    #expect(try Reading("dtls.server_hello").json(record(2, Array(answer.prefix(36)))) == nil)
  }

  @Test func onlyNotesAHelloVerifyRequest() throws {
    let reading = Reading("dtls.hello_verify_request", .metadata)
    #expect(try reading.json(record(3, hex("feff 02 0102"))) == "{}")
    #expect(try reading.json(record(3, hex("feff 00"))) == "{}")
    #expect(try reading.json(record(3, hex("feff 02 01"))) == nil)
    #expect(try reading.json(record(3, hex("feff"))) == nil)
  }

  @Test func survivesMutations() throws {
    for name in ["client_hello", "server_hello", "hello_verify_request"] {
      try Reading("dtls.\(name)", everything).survive(record(1, body))
    }
  }
}
