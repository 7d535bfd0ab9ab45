import Bytes
import Support
import Testing

@testable import Classifier

@Suite(.tags(.unit)) struct TableTests {
  /// analysis.md §4 of the reference's rules.
  @Test(arguments: [
    ("172.253.63.106:8443", "_8443.172-253-63-106.address.alt"),
    ("192.168.1.91", "10-0-0-1.address.alt"),
    ("[2001:b28:f23f:f005::a]:80", "_80.2001-b28-f23f-f005--a.address.alt"),
    ("::ffff:162.62.97.147", "--ffff-a23e-6193.address.alt"),
    ("abcd:888::2:1", "fd00--1.address.alt"), ("cisco.com.:443", "_443.cisco.com"),
    ("cisco.com:443asd", "_443.cisco.com"), (":8080", "_8080.missing.alt"),
    ("cisco.com:asd", "other.alt"), ("cisco.*.com", "other.alt"), ("*cisco.com", "other.alt"),
    ("abc.def.8888", "other.alt"), ("0000", "other.alt"), ("www", "unqualified.alt"),
    ("localhost:443", "_443.localhost"), ("*.tplinkcloud.com", "*.tplinkcloud.com"),
    ("8.8.8.8.alt", "8.8.8.8.alt"), ("18.158.72.38.nip.io", "18.158.72.38.nip.io"),
    ("", "missing.alt"), ("None", "missing.alt"), ("#x", "missing.alt"),
    (" www.example.com", "www.example.com"), ("example.com:65536", "other.alt"),
  ])
  func serverIdentifiers(_ name: String, _ expected: String) {
    var buffer = Buffer()
    let bytes = Array(name.utf8)
    buffer.append(serverIdentifier: bytes.span)
    let text = String(decoding: [UInt8](copying: buffer.bytes), as: UTF8.self)
    #expect(text == expected)
  }

  @Test(arguments: [
    ("::", UInt128(0)), ("::1", 1), ("1::", UInt128(1) << 112),
    ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
    ("2001:db8::8:9", UInt128(0x2001_0db8) << 96 | 0x0008_0009),
    ("::ffff:1.2.3.4", 0xffff_0102_0304),
    ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304),
  ])
  func ipv6Addresses(_ text: String, _ bits: UInt128) {
    let bytes = Array(text.utf8)
    #expect(IPAddress(parsing: bytes.span) == IPAddress(bits: bits, isIPv6: true))
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1:2", "1:2:3:4:5:6:7:8:9", ":1", "1::2::3", "g::",
    "1:2:3:4:5:6:7:", "::1%lo", "12345::",
  ])
  func refusesWhatIsNoAddress(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(IPAddress(parsing: bytes.span) == nil)
  }

  /// The longest prefix, as a search through all networks finds it.
  @Test func longestPrefixes() {
    var random = SeededRandom("networks")
    for _ in 0..<200 {
      findsWhatASearchFinds(of: &random) { UInt32(truncatingIfNeeded: $0) & 0xf000_00ff }
      findsWhatASearchFinds(of: &random) { UInt128($0) << 120 | UInt128($0 & 0xff) }
    }
  }

  private func findsWhatASearchFinds<Address: FixedWidthInteger & UnsignedInteger & Sendable>(
    of random: inout SeededRandom, _ address: (UInt64) -> Address
  ) {
    var networks: [IntervalTable<Address>.Network] = []
    for value in 1...(1 + random.below(30)) {
      let length = 1 + random.below(Address.bitWidth)
      let host = length == Address.bitWidth ? 0 : Address.max >> Address(length)
      networks.append(
        .init(address: address(random.next()) & ~host, length: length, value: UInt32(value)))
    }
    let table = IntervalTable(networks)
    for network in networks {
      for address in [
        network.address, network.last, network.address &- 1, network.last &+ 1,
        address(random.next()),
      ] {
        let inside = networks.filter { $0.address <= address && address <= $0.last }
        let best = inside.max { ($0.length, $1.value) < ($1.length, $0.value) }
        #expect(table[address] == best?.value ?? 0)
      }
    }
  }

  @Test func encryptedDNS() {
    var list = EncryptedDNSWatchlist()
    for line in ["dns.example.com", "192.0.2.53 ", "2001:db8::53", "# doh.example.com", ""] {
      let bytes = Array(line.utf8)
      #expect(list.add(bytes.span) == nil, "\(line)")
    }
    #expect(list.count == 3)
    func contains(_ name: String, _ address: UInt128, isIPv6: Bool = false) -> Bool {
      let bytes = Array(name.utf8)
      return list.contains(name: bytes.span, address: address, isIPv6: isIPv6)
    }
    let (resolver, other) = (0xc000_0235 as UInt128, 0xc000_0236 as UInt128)
    #expect(contains("", resolver))
    #expect(contains("dns.example.com", other))
    #expect(contains("", UInt128(0x2001_0db8) << 96 | 0x53, isIPv6: true))
    #expect(!contains("", other))
    // Neither is a part of a name, a comment, or an address of the other family with these bits.
    #expect(!contains("example.com", other))
    #expect(!contains("doh.example.com", other))
    #expect(!contains("", resolver, isIPv6: true))
  }

  @Test func domainFaking() throws {
    var builder = DomainMappings.Builder()
    for line in [
      #"{"subnet":"198.51.100.0/24","type":"domain_mapping","tag":"example.com"}"#,
      #"{"subnet":"203.0.113.0/24","type":"domain_mapping","tag":"example.org"}"#,
      #"{"subnet":"203.0.113.128/25","type":"proxy","tag":"A proxy"}"#,
      #"{"subnet":"2001:db8::/32","type":"domain_mapping","tag":"example.com"}"#,
    ] {
      let bytes = Array(line.utf8)
      #expect(try builder.add(bytes.span, skippingIPv6: false) == nil)
    }
    let mappings = builder.finish()
    func isFaked(_ name: String, _ address: UInt128, isIPv6: Bool = false) -> Bool {
      let bytes = Array(name.utf8)
      return mappings.isFaked(bytes.span, at: address, isIPv6: isIPv6)
    }
    #expect(!isFaked("example.com", 0xc633_6401))
    #expect(!isFaked("www.example.com", 0xc633_6401))
    #expect(isFaked("www.example.com", 0xcb00_7101))
    #expect(!isFaked("www.example.com", 0xcb00_7181))
    #expect(isFaked("example.com", 0x0808_0808))
    #expect(!isFaked("example.com", 0x0a00_0001))
    #expect(!isFaked("mail.example.com", 0x0808_0808))
    #expect(!isFaked("", 0x0808_0808))
    #expect(!isFaked("example.com", UInt128(0x2001_0db8) << 96, isIPv6: true))
    #expect(isFaked("example.com", UInt128(0x2001_0db9) << 96, isIPv6: true))
    #expect(!isFaked("example.com", UInt128(0xfd00) << 112 | 1, isIPv6: true))
  }
}
