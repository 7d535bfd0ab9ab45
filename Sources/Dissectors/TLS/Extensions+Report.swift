import Bytes
import Wire

// Each of these walks the list again: a record shows extensions by kind, whatever their order was,
// and, but for the server's name, shows again what was sent again.
extension TLS.Extensions {
  /// The name the client asks for, in the first `server_name` (RFC 6066 §3); the list's length,
  /// the name's type and length before it are passed over unread.
  func reportServerName(to record: inout RecordWriter) {
    var list = self
    while let item = list.next() {
      guard item.type == .serverName else { continue }
      let header = min(5, item.value.count)
      record.text(.tlsServerName, item.value.extracting(droppingFirst: header))
      return
    }
  }

  /// QUIC transport parameters (RFC 9001 §8.2), whole, and the user agent among them.
  func reportTransportParameters(to record: inout RecordWriter) {
    var list = self
    while let item = list.next() {
      switch item.type {
      case .quicTransportParameters: record.hex("quic_transport_parameters", item.bytes)
      case .quicTransportParametersDraft:
        record.hex("quic_transport_parameters_draft", item.bytes)
      default: continue
      }
      var parameters = TLS.TransportParameters(item.value)
      while let parameter = parameters.next() {
        guard parameter.id == .googleUserAgent else { continue }
        if item.type == .quicTransportParametersDraft {
          record.text(.googleUserAgent, parameter.value)
        } else {
          record.text(FactField.googleUserAgent.key, parameter.value)
        }
      }
    }
  }

  /// The application protocols offered, or the one selected (RFC 7301 §3.1).
  func reportApplicationProtocols(to record: inout RecordWriter) {
    var list = self
    while let item = list.next() {
      guard item.type == .applicationLayerProtocolNegotiation else { continue }
      record.array("application_layer_protocol_negotiation") { record in
        var input = Reader(item.value)
        guard let length = try? input.u16(), let names = try? input.take(Int(length))
        else { return }
        var rest = Reader(names)
        while !rest.isAtEnd, let count = try? rest.u8(), let name = try? rest.take(Int(count)) {
          if TLS.isGREASEName(name) {
            record.literal("\n\n")
          } else {
            record.text(name)
          }
        }
      }
    }
  }

  /// Session tickets (RFC 5077 §3.2).
  func reportSessionTicket(to record: inout RecordWriter) {
    var list = self
    while let item = list.next() {
      if item.type == .sessionTicket { record.hex("session_ticket", item.value) }
    }
  }

  /// The outer half of an encrypted client hello.
  func reportEncryptedClientHello(to record: inout RecordWriter) {
    var list = self
    while let item = list.next() {
      guard item.type == .encryptedClientHello else { continue }
      TLS.EncryptedClientHello(item.value).report(to: &record)
    }
  }
}

extension TLS {
  /// Whether an application protocol's name is two equal bytes with a low nibble of ten
  /// (RFC 8701 §3.1); all of them are shown alike, so that records of one client are.
  fileprivate static func isGREASEName(_ name: Span<UInt8>) -> Bool {
    name.count == 2 && name[0] == name[1] && name[0] & 0x0f == 0x0a
  }
}
