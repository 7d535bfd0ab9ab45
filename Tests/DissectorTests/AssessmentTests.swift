import Support
import Testing
import Wire

/// What goldens do not show: names of every code, and what the reference does not survive.
@Suite(.tags(.unit)) struct AssessmentTests {
  private func client(_ suites: [UInt16], _ extensions: [UInt8]...) throws -> String {
    let list = suites.map { String($0, radix: 16) }.map {
      String(repeating: "0", count: 4 - $0.count) + $0
    }
    let hello = TLSMessage.clientHello(
      suites: list.joined(), extensions.flatMap { $0 })
    return try #require(
      try Reading("tls.client_hello", .assessesQuantumSafety).json(TLSMessage.record(hello)))
  }

  /// Every line of the tables is found, so they are sorted.
  @Test func namesAllCodes() throws {
    var unknown = 0
    for start in stride(from: 0, to: 0x10000, by: 0x100) {
      let codes = (start..<start + 0x100).map { UInt16($0) }
      unknown +=
        try client(codes).split(separator: #""UNKNOWN""#, omittingEmptySubsequences: false)
        .count - 1
    }
    // All but those with names, of which six are allowed, and sixteen reserved ones.
    #expect(unknown == 65536 - 352 - 16)
  }

  @Test func namesAllGroups() throws {
    let codes = (0...0x2ff).flatMap { UInt16($0).bigEndianBytes }
    let line = try client(
      [0x1302], TLSMessage.extension(10, counted(codes, by: UInt16.self)))
    let unknown = line.split(separator: #""UNKNOWN""#, omittingEmptySubsequences: false).count - 1
    #expect(unknown == 0x300 - 0x29 - 5 - 3)
    #expect(line.contains(#""groups_not_allowed":["UNKNOWN","sect163k1","#))
  }

  /// Mercury ends with a signal here.
  @Test func anUnknownExtensionHasNoName() throws {
    let hello = TLSMessage.serverHello(
      TLSMessage.extension(0x4469, ""), TLSMessage.extension(23, ""))
    let line = try Reading("tls.server_hello", .assessesByNIST).json(TLSMessage.record(hello))
    #expect(line?.contains(#""extensions":["extended_master_secret","UNKNOWN"]"#) == true)
  }

  @Test func namesAllExtensions() throws {
    for type in UInt16(0)...61 where ![10, 40, 43, 46].contains(type) {
      let hello = TLSMessage.serverHello(TLSMessage.extension(type, ""))
      let line = try Reading("tls.server_hello", .assessesByNIST).json(TLSMessage.record(hello))
      #expect(line?.contains(#""extensions":["UNKNOWN"]"#) == false)
    }
  }

  @Test func moreExtensionsThanAnybodySends() throws {
    let many = (0..<2000).flatMap { TLSMessage.extension(UInt16($0), "") }
    let line = try Reading("tls.server_hello", .assessesByNIST)
      .json(TLSMessage.record(TLSMessage.serverHello(many)))
    #expect(line?.contains("compliance_result") == true)
  }

  @Test func policiesComeInTheirOrder() throws {
    let hello = TLSMessage.record(TLSMessage.serverHello())
    for (list, first) in [
      ("default", "quantum_safe"), ("nist_sp_800_52,quantum_safe", "nist_sp_800_52_2"),
    ] {
      let options = try AssessmentPolicies(parsing: list).options
      let line = try Reading("tls.server_hello", options).json(hello)
      #expect(
        line?.contains(#""cryptographic_security_assessment":[{"policy":"\#(first)""#) == true)
    }
  }

  /// Certificates behind a hello that cannot be read: its cryptography is unknown.
  @Test func aServerThatCannotBeRead() throws {
    let payload =
      TLSMessage.record(TLSMessage.serverHello(version: 0x0404))
      + TLSMessage.record(TLSMessage.certificates("abc"))
    let line = try Reading("tls.server_hello", [.assessesByNIST, .assessesQuantumSafety])
      .json(payload)
    #expect(
      line?.hasSuffix(
        #""cryptographic_security_assessment":[{"policy":"quantum_safe","session":{"#
          + #""ciphersuites_not_allowed":["UNKNOWN"],"ciphersuites_allowed":"none","#
          + #""groups_allowed":"all","tls_cert_with_extern_psk":false}},{"#
          + #""policy":"nist_sp_800_52_2","negotiated_parameters":{"protocol_version":"unknown","#
          + #""extensions":[],"cipher_suite":"UNKNOWN","supported_group":"UNKNOWN"},"#
          + #""compliance_result":{"compression_method_non_compliant":"#
          + #""non-zero compression method","compliant":false}}]}"#) == true)
  }
}
