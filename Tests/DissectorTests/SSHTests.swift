import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct SSHTests {
  private static let names = ["k1,k2", "h1", "e1", "e2", "m1", "m2", "none", "zlib", "", "l2"]
  private static let groups =
    "(6b312c6b32)(6831)(6531)(6532)(6d31)(6d32)(6e6f6e65)(7a6c6962)()(6c32)"
  private static let fields =
    #""kex":{"kex_algorithms":"k1,k2","server_host_key_algorithms":"h1","#
    + #""encryption_algorithms_client_to_server":"e1","encryption_algorithms_server_to_client":"e2","#
    + #""mac_algorithms_client_to_server":"m1","mac_algorithms_server_to_client":"m2","#
    + #""compression_algorithms_client_to_server":"none","#
    + #""compression_algorithms_server_to_client":"zlib","#
    + #""languages_client_to_server":"","languages_server_to_client":"l2"}"#

  private func packet(_ payload: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0x50, count: 4)
    return counted([4] + payload + padding, by: UInt32.self)
  }

  private func keyExchange(_ names: [String] = names) -> [UInt8] {
    let lists = names.flatMap { counted(Array($0.utf8), by: UInt32.self) }
    return packet([20] + [UInt8](repeating: 0x43, count: 16) + lists + [0, 0, 0, 0, 0])
  }

  private func read(
    _ payload: [UInt8], options: RecordOptions = .metadata
  ) throws -> Segment.Head? {
    try Segment(payload: payload, destinationPort: 22, options: options).read()
  }

  @Test(arguments: [
    ("SSH-2.0-x\r\n", "5353482d322e302d78", #""protocol":"SSH-2.0-x\u000d""#),
    ("SSH-2.0-x\n", "5353482d322e302d", #""protocol":"SSH-2.0-x""#),
    ("SSH-2.0-x", "5353482d322e302d", #""protocol":"SSH-2.0-x""#),
    (
      "SSH-2.0-x y z\r\n", "5353482d322e302d782079207a",
      #""protocol":"SSH-2.0-x","comment":"y z\u000d""#
    ),
    ("SSH-2.0-x y", "5353482d322e302d7820", #""protocol":"SSH-2.0-x","comment":"y""#),
    ("SSH-2.0-x ", "5353482d322e302d", #""protocol":"SSH-2.0-x""#),
    ("SSH-2.0-x \n", "5353482d322e302d", #""protocol":"SSH-2.0-x","comment":"""#),
  ])
  func readsBanners(_ line: String, _ fingerprint: String, _ fields: String) throws {
    let head = try #require(try read(Array(line.utf8)))
    #expect(head.name == "ssh.client")
    #expect(head.fingerprint("ssh_init") == "ssh_init/(\(fingerprint))")
    #expect(head.fields == #"{"ssh":{"init":{\#(fields)}}}"#)
    #expect(head.missing == .max)
  }

  @Test func readsAKeyExchange() throws {
    let head = try #require(try read(keyExchange()))
    #expect(head.fingerprint("ssh_kex") == "ssh_kex/" + Self.groups)
    #expect(head.fields == "{\"ssh\":{" + Self.fields + "}}")
    #expect(head.missing == 0)
  }

  @Test func readsAKeyExchangeBehindABanner() throws {
    let head = try #require(try read(Array("SSH-2.0-x\r\n".utf8) + keyExchange()))
    #expect(head.fingerprint("ssh") == "ssh/" + Self.groups)
    #expect(
      head.fields == #"{"ssh":{"init":{"protocol":"SSH-2.0-x\u000d"},"# + Self.fields + "}}")
    #expect(head.missing == 0)
  }

  @Test func tellsOfAPacketBehindTheKeyExchange() throws {
    let second = ",\"sec_binary_pkt_code\":30,\"sec_binary_pkt_len\":8}}"
    let packet = packet([30, 1, 2])
    #expect(try read(keyExchange() + packet)?.json.hasSuffix(second) == true)
    #expect(try read(keyExchange() + packet.prefix(6))?.json.hasSuffix(second) == true)
    #expect(try read(keyExchange() + packet.prefix(5))?.json.contains("sec_") == false)
  }

  @Test func namesTheServersOpeningsSo() throws {
    let banner = Array("SSH-2.0-x\r\n".utf8)
    for (payload, type) in [
      (banner, "ssh_init_server"), (keyExchange(), "ssh_kex_server"),
      (banner + keyExchange(), "ssh_server"),
    ] {
      let segment = Segment(payload: payload, sourcePort: 22, destinationPort: 50000)
      let head = try #require(try segment.read())
      #expect(head.name == "ssh.server")
      #expect(head.fingerprint(type) != nil)
    }
    let between = Segment(payload: banner, sourcePort: 22, destinationPort: 22)
    #expect(try between.read()?.name == "ssh.client")
  }

  @Test func reportsOnlyTheFingerprintWithoutMetadata() throws {
    #expect(
      try read(Array("SSH-2.0-x\r\n".utf8), options: [])?.json
        == #"{"fingerprints":{"ssh_init":"ssh_init/(5353482d322e302d78)"}}"#)
  }

  @Test func readsWhatThereIsOfACutKeyExchange() throws {
    let cut = Array(keyExchange().prefix(40))
    let head = try #require(try read(cut))
    #expect(head.fingerprint("ssh_kex") == "ssh_kex/(6b312c6b32)(6831)()()()()()()()()")
    #expect(
      head.fields
        == #"{"ssh":{"kex":{"kex_algorithms":"k1,k2","server_host_key_algorithms":"h1"}}}"#)
    #expect(head.missing == keyExchange().count - 40)
    #expect(try read(Array(keyExchange().prefix(26))) == nil)
    let behindBanner = try read(Array("SSH-2.0-x\r\n".utf8) + keyExchange().prefix(26))
    #expect(behindBanner?.missing == .max)
  }

  @Test func stopsAtAListThatIsTooLong() throws {
    let long = String(repeating: "b", count: 2049)
    let head = try read(keyExchange(["a", long] + Self.names[2...]))
    #expect(head?.fingerprint("ssh_kex") == "ssh_kex/(61)()()()()()()()()()")
    #expect(try read(keyExchange([long] + Self.names[1...])) == nil)
    let fitting = try read(keyExchange(["a", String(long.dropLast())] + Self.names[2...]))
    #expect(fitting?.json.contains("\"languages_server_to_client\":\"l2\"") == true)
  }

  @Test func wantsAKeyExchangeAlgorithm() throws {
    #expect(try read(keyExchange([""] + Self.names[1...])) == nil)
  }

  @Test(arguments: [(0, false), (1, false), (16384, true), (16385, false)] as [(UInt32, Bool)])
  func wantsAPacketOfSomeLength(_ length: UInt32, _ isRead: Bool) throws {
    let payload =
      Array("SSH-2.0-x\r\n".utf8) + bigEndian(length) + keyExchange().dropFirst(4)
    #expect(try read(payload)?.fields.contains("kex") == isRead)
  }

  @Test func survivesMutations() throws {
    for payload in [
      Array("SSH-2.0-x y\r\n".utf8), keyExchange() + packet([30, 1, 2]),
      Array("SSH-2.0-x\r\n".utf8) + keyExchange() + packet([30]),
    ] {
      try checkMutations(Segment(payload: payload, destinationPort: 22))
    }
  }
}
