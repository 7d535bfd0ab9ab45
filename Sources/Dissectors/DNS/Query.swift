import Bytes
import Packets
import Wire

extension DNS {
  static let pattern: Signature = .starts("?? ?? 00/10 00/48 00 ?? 00 00/80")

  /// A message of multicast DNS: its port on both sides, or its group as destination.
  ///
  /// RFC 6762.
  struct Multicast: Dissectors.Message, ~Escapable {
    static let profile = Profile(
      "mdns", over: .udp, when: DNS.pattern, key: "mdns",
      summary: "Multicast DNS queries and responses", specification: "RFC 6762")

    private let message: DNS.Message

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      guard context.flow.isMulticastDNS else { throw input.reject() }
      message = try DNS.Message(input.rest)
    }

    func report(to record: inout RecordWriter) { message.report("mdns", to: &record) }
  }

  /// A message about a NetBIOS name.
  ///
  /// RFC 1002.
  struct NetBIOSName: Dissectors.Message, ~Escapable {
    static let profile = Profile(
      "nbns", over: .udp, when: DNS.pattern, key: "nbns",
      summary: "NetBIOS name queries and responses", specification: "RFC 1002")

    private let message: DNS.Message

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      // A NetBIOS name is a label of 32 bytes; most messages do not even hold that length.
      guard !context.flow.isMulticastDNS, input.rest.firstIndex(of: 32) != nil else {
        throw input.reject()
      }
      message = try DNS.Message(input.rest)
      guard message.hasNetBIOSName else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) { message.report("nbns", to: &record) }
  }

  /// A message of the Domain Name System in a datagram.
  ///
  /// RFC 1035.
  struct Query: Dissectors.Message, ~Escapable {
    static let profile = Profile(
      "dns", over: .udp, when: DNS.pattern, key: "dns",
      summary: "DNS queries and responses", specification: "RFC 1035")

    private let message: DNS.Message

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      guard !context.flow.isMulticastDNS else { throw input.reject() }
      message = try DNS.Message(input.rest)
      guard !message.hasNetBIOSName else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) { message.report("dns", to: &record) }
  }

  /// A message over TCP, where its length stands before it.
  ///
  /// RFC 1035 §4.2.2. Names of NetBIOS are recognised here too, whether or not they are selected.
  struct OverTCP: PlainMessage, ~Escapable {
    static let profile = Profile(
      "dns.tcp", over: .tcp, when: .starts("?? ?? ?? ?? 00/10 00/48 00"), key: "dns",
      summary: "DNS queries and responses over TCP", specification: "RFC 1035 §4.2.2")

    private let message: DNS.Message

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let length = Int(try input.u16())
      message = try DNS.Message(try input.take(upTo: length))
    }

    func report(to record: inout RecordWriter) {
      message.report(message.hasNetBIOSName ? "nbns" : "dns", to: &record)
    }
  }
}

extension Flow {
  /// Whether a datagram is multicast DNS: RFC 6762 §3 and §5.
  fileprivate var isMulticastDNS: Bool {
    if sourcePort == 5353 && destinationPort == 5353 { return true }
    return isIPv6
      ? destination == 0xff02_0000_0000_0000_0000_0000_0000_00fb : destination == 0xe000_00fb
  }
}
