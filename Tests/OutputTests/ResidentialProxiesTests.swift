import Bytes
import Support
import Testing
import Wire

@testable import Output

@Suite(.tags(.unit)) struct ResidentialProxiesTests {
  /// The rule in the plainest words: a list of hellos, the oldest first.
  private struct Model {
    var hellos: [(random: Int, receiver: UInt32)] = []

    mutating func passesOn(_ random: Int, from source: UInt32, to destination: UInt32) -> Bool {
      let known = hellos.first { $0.random == random }
      switch (source >> 24 == 10, destination >> 24 == 10) {
      case (true, false): return known?.receiver == source
      case (false, true):
        guard known == nil else { return false }
        hellos.append((random, destination))
        if hellos.count > 1024 { hellos.removeFirst() }
        return false
      default: return false
      }
    }
  }

  private func random(_ number: Int, spread: Int = 1) throws -> ClientRandom {
    let bytes = [UInt8](repeating: 7, count: 24) + UInt64(number * spread).bigEndianBytes
    let random = ClientRandom(bytes.span)
    return try #require(random)
  }

  /// Random bytes that all fall into one chain are as good as others.
  @Test(arguments: [1, 1024], [40, 1100, 3000])
  func followsTheRule(_ spread: Int, _ variety: Int) throws {
    var source = SeededRandom("proxies \(spread) \(variety)")
    var proxies = ResidentialProxies()
    var model = Model()
    var found = 0
    for step in 0..<8000 {
      let number = source.below(variety)
      let hosts = (0..<2).map { _ in
        UInt32(source.below(2) == 0 ? 10 : 11) << 24 | UInt32(source.below(3))
      }
      let expected = model.passesOn(number, from: hosts[0], to: hosts[1])
      let got = proxies.passesOn(
        try random(number, spread: spread), from: hosts[0], to: hosts[1])
      try #require(got == expected, "step \(step)")
      if got { found += 1 }
    }
    #expect(found > 10)
  }

  @Test(
    arguments: [
      (0x0a00_0000, true), (0x0aff_ffff, true), (0x0b00_0000, false), (0xac0f_ffff, false),
      (0xac10_0000, true), (0xac1f_ffff, true), (0xac20_0000, false), (0xc0a7_ffff, false),
      (0xc0a8_0000, true), (0xc0a8_ffff, true), (0xc0a9_0000, false), (0x7f00_0001, false),
      (0x6440_0001, false),
    ] as [(UInt32, Bool)])
  func knowsPrivateNetworks(_ host: UInt32, _ isPrivate: Bool) throws {
    var proxies = ResidentialProxies()
    let hello = try random(1)
    _ = proxies.passesOn(hello, from: 1, to: host)
    let isFound = proxies.passesOn(hello, from: host, to: 2)
    #expect(isFound == isPrivate)
  }

  /// Any number of parsers gives the same answer, and none without the switch.
  @Test(arguments: 1...5) func doesNotDependOnParsers(_ parsers: Int) throws {
    let frames = try #require(BuiltGoldens.all.first { $0.path == "tls/proxied" }).frames
    let many = (0..<30).flatMap { _ in frames }
    let file = try ScratchFile(BuiltGoldens.file(of: many), named: "proxied.pcap")
    let one = try InProcess.run(file.path, parsers: 1, options: .clientRandoms)
    let more = try InProcess.run(file.path, parsers: parsers, options: .clientRandoms)
    #expect(more.output == one.output)
    let lines = one.output.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == many.count)
    let found = lines.indices.filter {
      String(decoding: lines[$0], as: UTF8.self).contains("residential_proxy")
    }
    #expect(found.prefix(4) == [2, 3, 10, 12])
    let without = try InProcess.run(file.path, parsers: parsers)
    #expect(!String(decoding: without.output, as: UTF8.self).contains("analysis"))
  }
}
