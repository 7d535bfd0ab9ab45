import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct MessageChoiceTests {
  private let line = [
    MessageName("tls.client_hello"), MessageName("tls.server_hello"), MessageName("tcp"),
    MessageName("tcp.syn_ack", isOnlyByItself: true), MessageName("dns"), MessageName("dns.tcp"),
    .nonselected,
  ]

  private func chosen(_ names: [String]) throws -> [String] {
    let choice = try MessageChoice(names, among: line)
    return line.map(\.text).filter { choice.includes(Array($0.utf8).span) }
  }

  @Test func aProtocolIsAllItsMessages() throws {
    #expect(try chosen(["tls"]) == ["tls.client_hello", "tls.server_hello"])
    #expect(try chosen(["tls.server_hello", "dns.tcp"]) == ["tls.server_hello", "dns.tcp"])
    #expect(try chosen(["dns"]) == ["dns", "dns.tcp"])
    #expect(try chosen([]) == [])
  }

  @Test func whatIsSelectedByItselfOnly() throws {
    #expect(try chosen(["tcp"]) == ["tcp"])
    #expect(try chosen(["tcp.syn_ack"]) == ["tcp.syn_ack"])
    #expect(try chosen(["nonselected"]) == ["nonselected"])
  }

  @Test func everythingIncludesWhatHasNoName() {
    for name in [[], Array("x".utf8)] as [[UInt8]] {
      let isIncluded = MessageChoice.all.includes(name.span)
      #expect(isIncluded)
    }
  }

  @Test(arguments: ["tl", "tls.", "tls.client", "dns.tcp.x", "nonsel"])
  func namesThatSelectNothing(_ name: String) {
    let error = #expect(throws: MessageChoice.UnknownName.self) {
      try MessageChoice(["tls", name], among: line)
    }
    #expect(error?.name == name && error?.messages == line.map(\.text))
  }
}
