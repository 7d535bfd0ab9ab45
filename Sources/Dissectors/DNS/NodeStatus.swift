import Bytes
import Wire

extension DNS {
  /// The names a NetBIOS node goes by, and its statistics.
  ///
  /// RFC 1002 §4.2.18. What the packet is too short for is reported as zero.
  struct NodeStatus: ~Escapable {
    private let data: Reader

    @_lifetime(copy data)
    init(_ data: Reader) { self.data = data }

    func report(to record: inout RecordWriter) {
      var data = data
      record.array("names") { names in
        for _ in 0..<Int((try? data.u8()) ?? 0) {
          names.object {
            $0.text("name", try? data.take(16))
            $0.hex("name_flags", try? data.take(2))
          }
        }
      }
      record.mac("unit_id", try? data.take(6))
      record.number("jumpers", (try? data.u8()) ?? 0)
      record.number("test_result", (try? data.u8()) ?? 0)
      record.number("version_number", (try? data.u16()) ?? 0)
      record.number("period_of_statistics", (try? data.u16()) ?? 0)
      record.number("number_of_crcs", (try? data.u16()) ?? 0)
      record.number("number_of_alignment_errors", (try? data.u16()) ?? 0)
      record.number("number_of_collisions", (try? data.u16()) ?? 0)
      record.number("number_of_send_aborts", (try? data.u16()) ?? 0)
      record.number("number_of_good_sends", (try? data.u32()) ?? 0)
      record.number("number_of_good_receives", (try? data.u32()) ?? 0)
      record.number("number_of_retransmits", (try? data.u16()) ?? 0)
      record.number("number_of_no_resource_conditions", (try? data.u16()) ?? 0)
      record.number("number_of_command_blocks", (try? data.u16()) ?? 0)
      record.number("number_of_pending_sessions", (try? data.u16()) ?? 0)
      record.number("max_pending_sessions", (try? data.u16()) ?? 0)
      record.number("max_total_sessions_possible", (try? data.u16()) ?? 0)
      record.number("session_data_packet_size", (try? data.u16()) ?? 0)
    }
  }
}
