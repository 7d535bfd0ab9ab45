import Bytes
import Wire

extension IKE {
  /// One payload: what the one before said it is, and its bytes if all are there.
  ///
  ///      0      1                    2        4
  ///     +------+--------------------+--------+------+
  ///     | next | critical, reserved | length | body |
  ///     +------+--------------------+--------+------+
  ///
  /// RFC 7296 §3.2. What the message is too short for is reported as zero.
  struct Payload: ~Escapable {
    private let type: UInt8
    /// The type of the payload behind this one.
    let next: UInt8
    private let isCritical: Bool
    private let length: UInt16
    private let body: Span<UInt8>?

    @_lifetime(copy input)
    init(_ type: UInt8, _ input: inout Reader) {
      self.type = type
      next = (try? input.u8()) ?? 0
      isCritical = ((try? input.u8()) ?? 0) & 0x80 != 0
      length = (try? input.u16()) ?? 0
      body = try? input.take(Int(length) - 4)
    }

    func report(to record: inout RecordWriter) {
      record.name("payload_type", Names.payload(type), hexCode: type)
      record.flag("critical", isCritical)
      record.number("payload_length", length)
      switch type {
      case 33: reportProposals(to: &record)
      case 34: reportKeyExchange(to: &record)
      case 40: record.hex("nonce", body)
      case 41: reportNotification(to: &record)
      case 43: record.hex("vendor_id_hex", body)
      default: record.hex("payload", body)
      }
    }

    /// RFC 7296 §3.3: proposals up to the first that is not whole.
    private func reportProposals(to record: inout RecordWriter) {
      record.array("proposals") { proposals in
        guard let body else { return }
        var rest = Reader(body, isBody: true)
        while !rest.isAtEnd, let proposal = try? Proposal(&rest) {
          proposals.object { proposal.report(to: &$0) }
        }
      }
    }

    /// RFC 7296 §3.4: the group, two bytes of nothing, the public value.
    private func reportKeyExchange(to record: inout RecordWriter) {
      guard let body, body.count >= 2 else { return }
      let group = body.u16(at: 0)
      record.name("diffie_hellman_group_type", Names.group(group), hexCode: group)
      record.hex("data", body.extracting(droppingFirst: min(4, body.count)))
    }

    /// RFC 7296 §3.10: protocol, SPI length, type (2), SPI, data.
    private func reportNotification(to record: inout RecordWriter) {
      guard let body else { return }
      var input = Reader(body, isBody: true)
      guard let protocolType = try? input.u8(), let length = try? input.u8(),
        let code = try? input.u16(), let spi = try? input.take(Int(length))
      else { return }
      record.name(
        "security_protocol_type", Names.securityProtocol(protocolType), hexCode: protocolType)
      if code < 16383 {
        record.name("notify_message_error_type", Names.error(code), hexCode: code)
      } else {
        record.name("notify_message_status_type", Names.status(code), hexCode: code)
      }
      record.hex("spi", spi)
      record.hex("data", input.rest)
    }
  }
}
