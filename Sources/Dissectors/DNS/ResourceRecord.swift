import Bytes
import Wire

extension DNS {
  /// A resource record: what it is about, how long it holds, and its data.
  ///
  /// RFC 1035 §4.1.3.
  struct ResourceRecord: ~Escapable {
    let question: Question
    private let timeToLive: UInt32
    /// Spent where the packet ended early.
    private let data: Reader
    private let message: Span<UInt8>

    @_lifetime(copy input, copy message)
    init(_ input: inout Reader, in message: Span<UInt8>) {
      question = Question(&input, in: message)
      timeToLive = (try? input.u32()) ?? 0
      var body = Reader(message.extracting(first: 0), isBody: true)
      if let length = try? input.u16(), let bytes = try? input.take(Int(length)) {
        body = Reader(bytes, isBody: true)
      } else {
        _ = body.reject()
      }
      data = body
      self.message = message
    }

    func report(to record: inout RecordWriter) {
      question.report(to: &record)
      record.number("ttl", timeToLive)
      var data = data
      guard question.recordClass == .internet else { return record.hex("rdata", data.rest) }
      switch question.type {
      case .a: record.ipv4("ipv4_addr", try? data.u32())
      case .aaaa: record.ipv6("ip6_addr", (try? data.take(16))?.u128(at: 0))
      case .txt: reportText(to: &record)
      case .srv where question.name.isNetBIOS:
        record.object("nbstat") { NodeStatus(data).report(to: &$0) }
      case .srv: record.object("srv") { reportService(to: &$0) }
      case .nsec: record.object("nsec") { reportNextSecure(to: &$0) }
      case .ptr: record.textOrEmpty("domain_name", Name(&data, in: message).text)
      case .nb: record.object("nb") { reportNetBIOS(to: &$0) }
      case .ns: record.textOrEmpty("ns_domain_name", Name(&data, in: message).text)
      case .soa: reportAuthority(to: &record)
      case .https: ServiceBinding(data, in: message)?.report(to: &record)
      default:
        record.number("unknown_rr_type", question.type.rawValue)
        record.hex("unknown_rr_value", data.rest)
      }
    }

    /// RFC 1035 §3.3.14.
    private func reportText(to record: inout RecordWriter) {
      var data = data
      record.array("txt") { strings in
        while let length = try? data.u8(), let string = try? data.take(Int(length)) {
          strings.text(string)
        }
      }
    }

    /// RFC 2782.
    private func reportService(to record: inout RecordWriter) {
      var data = data
      record.number("priority", (try? data.u16()) ?? 0)
      record.number("weight", (try? data.u16()) ?? 0)
      record.number("port", (try? data.u16()) ?? 0)
      record.textOrEmpty("target", Name(&data, in: message).text)
    }

    /// RFC 4034 §4.1.
    private func reportNextSecure(to record: inout RecordWriter) {
      var data = data
      record.textOrEmpty("next_domain_name", Name(&data, in: message).text)
      record.hex("type_bit_maps", data.rest)
    }

    /// RFC 1002 §4.2.1.3: flags, of which the first three bits are group and node type.
    private func reportNetBIOS(to record: inout RecordWriter) {
      var data = data
      let flags = (try? data.u16()) ?? 0
      record.number("group_name_flag", flags >> 15)
      record.number("owner_node_type", flags >> 13 & 3)
      record.ipv4("ipv4_addr", try? data.u32())
    }

    /// RFC 1035 §3.3.13; nothing unless it is complete.
    private func reportAuthority(to record: inout RecordWriter) {
      var data = data
      let master = Name(&data, in: message)
      let mailbox = Name(&data, in: message)
      guard !master.isTooLong, !mailbox.isTooLong, let numbers = try? data.take(20) else { return }
      record.textOrEmpty("mname", master.text)
      record.textOrEmpty("rname", mailbox.text)
      record.number("serial", numbers.u32(at: 0))
      record.number("refresh", numbers.u32(at: 4))
      record.number("retry", numbers.u32(at: 8))
      record.number("expire", numbers.u32(at: 12))
      record.number("minimum", numbers.u32(at: 16))
    }
  }
}
