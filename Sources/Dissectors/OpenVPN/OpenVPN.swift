import Bytes
import Wire

/// Packets of OpenVPN's control and data channels over TCP, as many as a segment holds.
///
/// All must be whole. Data packets are counted, the others told of; what the control channel
/// carries is read as a TLS client hello where it is one.
struct OpenVPN: PlainMessage, ~Escapable {
  static let profile = Profile(
    "openvpn_tcp", over: .tcp, when: .port(.either(1194)), key: "openvpn",
    summary: "OpenVPN over TCP", specification: "draft-openvpn-wire-protocol")

  private let packets: Span<UInt8>
  private var count = 0
  private var controlCount = 0
  /// How many bytes of what the control channel carries there are from the packet on that was one
  /// too many to be read.
  private var excess = 0
  /// What is fingerprinted of the first control packet.
  private var first: (opcode: UInt8, key: UInt8, hmacLength: Int)?

  /// How much of what the control channel carries is read, if it is not more.
  private static let maxData = 800

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    packets = input.rest
    var length = 0
    guard !input.isAtEnd else { throw input.reject() }
    while !input.isAtEnd {
      let packet = try Packet(&input)
      count += 1
      guard packet.channel == .control else { continue }
      controlCount += 1
      if excess == 0, length + packet.data.count <= Self.maxData {
        length += packet.data.count
      } else {
        excess += packet.data.count
      }
      if first == nil { first = (packet.opcode, packet.key, packet.hmacLength) }
    }
  }

  func report(to record: inout RecordWriter) {
    let stream = ControlStream(excess > 0 ? packets.extracting(first: 0) : packets)
    var input = Reader(stream.bytes.span.extracting(first: stream.count))
    let hello = try? TLS.ClientHello(&input)
    record.object("openvpn") { openvpn in
      openvpn.number("num_records", UInt(count))
      openvpn.array("records") { list in
        report(.control, to: &list)
        report(.acknowledgement, to: &list)
      }
      if excess > 0 { openvpn.number("data_len", UInt(excess)) }
      if hello != nil { openvpn.flag("has_tls", true) }
    }
    hello?.report(to: &record)
  }

  private func report(_ channel: Packet.Channel, to record: inout RecordWriter) {
    var rest = Reader(packets)
    while !rest.isAtEnd, let packet = try? Packet(&rest) {
      if packet.channel == channel { record.object { packet.report(to: &$0) } }
    }
  }

  /// How many control packets there are, the first one's opcode, whether it has a key, the length
  /// of its HMAC, and the client hello.
  func fingerprint(into text: inout FingerprintWriter) {
    guard let first else { return }
    let stream = ControlStream(excess > 0 ? packets.extracting(first: 0) : packets)
    var input = Reader(stream.bytes.span.extracting(first: stream.count))
    guard let hello = try? TLS.ClientHello(&input) else { return }
    text.begin("openvpn")
    text.literal("(06)")
    text.group { $0.hex(UInt8(truncatingIfNeeded: controlCount)) }
    text.group {
      $0.hex(first.opcode)
      $0.hex(first.key == 0 ? 0 : 1 as UInt8)
    }
    text.group { $0.hex(UInt8(truncatingIfNeeded: first.hmacLength)) }
    hello.body.fingerprint(.asSent, into: &text)
  }

  /// What a segment's control packets carry, put together.
  private struct ControlStream {
    private(set) var bytes = InlineArray<800, UInt8>(repeating: 0)
    private(set) var count = 0

    init(_ packets: Span<UInt8>) {
      var rest = Reader(packets)
      while !rest.isAtEnd, let packet = try? Packet(&rest) {
        guard packet.channel == .control else { continue }
        let data = packet.data
        for i in data.indices where count < bytes.count {
          bytes[count] = data[i]
          count += 1
        }
      }
    }
  }
}
