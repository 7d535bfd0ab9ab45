import Bytes
import Wire

extension DNS {
  /// How to reach a service: HTTPS records, RFC 9460 §2.2.
  struct ServiceBinding: ~Escapable {
    private let priority: UInt16
    private let target: Name
    private let parameters: Reader

    @_lifetime(copy data)
    init?(_ data: Reader, in message: Span<UInt8>) {
      var data = data
      guard let priority = try? data.u16() else { return nil }
      self.priority = priority
      target = Name(&data, in: message)
      guard !data.isSpent, !target.isTooLong else { return nil }
      parameters = data
    }

    func report(to record: inout RecordWriter) {
      record.number("priority", priority)
      record.textOrEmpty("target_name", target.text)
      record.array("svc_params") { list in
        var rest = parameters
        while let key = try? rest.u16(), let length = try? rest.u16(),
          let value = try? rest.take(Int(length))
        {
          list.object { Self.report(key: key, value: value, to: &$0) }
        }
      }
    }

    /// RFC 9460 §14.3.2.
    private static func report(key: UInt16, value: Span<UInt8>, to record: inout RecordWriter) {
      var rest = Reader(value, isBody: true)
      switch key {
      case 0: record.hex("mandatory", value)
      case 1:
        record.array("alpn") { protocols in
          while let length = try? rest.u8(), let name = try? rest.take(Int(length)) {
            protocols.text(name)
          }
        }
      case 2: record.hex("no_default_alpn", value)
      case 3:
        record.literal("key", "port")
        if let port = try? rest.u16() { record.number("value", port) }
      case 4:
        record.array("ipv4hint") { hints in
          while let address = try? rest.u32() { hints.ipv4(address) }
        }
      case 5: ECHConfig(value)?.report(to: &record)
      case 6:
        record.array("ipv6hint") { hints in
          while let address = try? rest.take(16) { hints.ipv6(address.u128(at: 0)) }
        }
      case 65535: record.hex("invalid_key", value)
      default: record.hex("unknown", value)
      }
    }
  }
}
