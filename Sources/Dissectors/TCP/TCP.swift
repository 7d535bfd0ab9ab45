import Bytes
import Packets
import Wire

/// The Transmission Control Protocol, RFC 9293: the segments that open a connection.
enum TCP {}

extension TCP {
  /// The header of a segment, as far as it says how a host opens connections.
  ///
  ///      0            4              8            12         14       16               20
  ///     +------------+--------------+------------+----------+--------+----------------+---------+
  ///     | ports      | sequence no. | ack no.    | offset.. | window | checksum, urg. | options |
  ///     +------------+--------------+------------+----------+--------+----------------+---------+
  struct Header: ~Escapable {
    let sequenceNumber: UInt32
    let window: UInt16
    let options: Span<UInt8>
    let network: Network

    @_lifetime(copy input)
    init(_ input: inout Reader, over network: Network) throws(Malformed) {
      try input.skip(4)
      sequenceNumber = try input.u32()
      try input.skip(6)
      window = try input.u16()
      try input.skip(4)
      options = input.rest
      self.network = network
    }

    /// Writes `key`, the object of a segment that opens a connection.
    func report(_ key: StaticString, to record: inout RecordWriter) {
      guard record.wants(.metadata) else { return }
      record.object(key) { tcp in
        tcp.number("seq", sequenceNumber)
        var rest = Options(options)
        while let option = rest.next() {
          guard option.kind == .timestamps else { continue }
          var data = Reader(option.data)
          tcp.object("timestamp") { timestamp in
            if let value = try? data.u32() { timestamp.number("ts_val", value) }
            if let echo = try? data.u32(), echo != 0 { timestamp.number("ts_ecr", echo) }
          }
        }
      }
    }

    /// Writes version, identification, time to live, window and options.
    func fingerprint(_ type: StaticString, into text: inout FingerprintWriter) {
      text.begin(type)
      text.group { $0.hex(network.version == 6 ? 0x60 : 0x40 as UInt8) }
      text.group { if network.identification == 0 { $0.literal("00") } }
      text.group { $0.hex(network.timeToLive & 0xe0) }
      text.group { $0.hex(window) }
      text.group { list in
        var rest = Options(options)
        while let option = rest.next() {
          list.group { group in
            group.hex(option.kind.rawValue)
            guard option.kind.hasTellingValue else { return }
            group.hex(option.length)
            group.hex(option.data)
          }
        }
      }
    }
  }
}
