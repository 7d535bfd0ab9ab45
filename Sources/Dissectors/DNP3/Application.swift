import Bytes
import Wire

extension DNP3 {
  /// The application layer's header (IEEE 1815 §4.2.2).
  ///
  /// ```
  ///   7     6     5     4     3      0
  /// +-----+-----+-----+-----+----------+----------+-------------------------------+
  /// | FIR | FIN | CON | UNS | sequence | function | indications (responses only)  |
  /// +-----+-----+-----+-----+----------+----------+-------------------------------+
  /// ```
  /// Fields that are cut off count as zero.
  struct Application {
    private let control, function: UInt8
    private let indications: UInt16

    init(_ input: inout Reader) {
      control = (try? input.u8()) ?? 0
      function = (try? input.u8()) ?? 0
      indications = Self.isResponse(function) ? (try? input.u16()) ?? 0 : 0
    }

    private static func isResponse(_ function: UInt8) -> Bool { 0x81...0x83 ~= function }

    /// How many bytes it has.
    var length: Int { Self.isResponse(function) ? 4 : 2 }

    func report(to record: inout RecordWriter) {
      record.flag("fin", control & 0x80 != 0)
      record.flag("fir", control & 0x40 != 0)
      record.flag("con", control & 0x20 != 0)
      record.flag("uns", control & 0x10 != 0)
      record.number("seq", control & 0x0f)
      let isResponse = Self.isResponse(function)
      record.flag("resp", isResponse)
      record.name("func_str", Self.name(ofFunction: function), code: UInt64(function))
      if isResponse { reportIndications(to: &record) }
    }

    /// The names of the bits that are set, each with a comma behind it.
    private func reportIndications(to record: inout RecordWriter) {
      var count = 0
      for i in 0..<16 where isSet(i) { count += Self.name(ofIndication: i).utf8CodeUnitCount + 1 }
      record.text("internal_indications", count: count) { text in
        for i in 0..<16 where isSet(i) {
          text.append(Self.name(ofIndication: i))
          text.append(UInt8(ascii: ","))
        }
      }
    }

    /// Whether the indication is set that is told of in place `i`: the bits of the first octet,
    /// lowest first, then the second's.
    private func isSet(_ i: Int) -> Bool { indications.byteSwapped >> UInt16(i) & 1 != 0 }

    private static func name(ofIndication i: Int) -> StaticString {
      switch i {
      case 0: "broadcast"
      case 1: "class_1_events"
      case 2: "class_2_events"
      case 3: "class_3_events"
      case 4: "need_time"
      case 5: "local_control"
      case 6: "device_trobule"
      case 7: "device_restart"
      case 8: "func_code_unsupported"
      case 9: "obj_unknown"
      case 10: "parameter_error"
      case 11: "event_buffer_overflow"
      case 12: "already_executing"
      case 13: "config_corrupt"
      case 14: "reserved_1"
      default: "reserved_2"
      }
    }

    private static func name(ofFunction function: UInt8) -> StaticString? {
      switch function {
      case 0x00: "confirm"
      case 0x01: "read"
      case 0x02: "write"
      case 0x03: "select"
      case 0x04: "operate"
      case 0x05: "dir_operate"
      case 0x06: "dir_operate_no_resp"
      case 0x07: "freeze"
      case 0x08: "freeze_no_resp"
      case 0x09: "freeze_clear"
      case 0x0a: "freeze_clear_no_resp"
      case 0x0b: "freeze_at_time"
      case 0x0c: "freeze_at_time_no_resp"
      case 0x0d: "cold_restart"
      case 0x0e: "warm_restart"
      case 0x0f: "init_data"
      case 0x10: "init_app"
      case 0x11: "start_app"
      case 0x12: "stop_app"
      case 0x13: "save_config"
      case 0x14: "enable_solicited"
      case 0x15: "disable_solicited"
      case 0x16: "assign_class"
      case 0x17: "delay_measurement"
      case 0x18: "record_curr_time"
      case 0x19: "open_file"
      case 0x1a: "close_file"
      case 0x1b: "delete_file"
      case 0x1c: "get_file_info"
      case 0x1d: "authenticate_file"
      case 0x1e: "abort_file"
      case 0x1f: "activate_config"
      case 0x20: "authenticate_req"
      case 0x21: "authenticate_req_no_ack"
      case 0x81: "response"
      case 0x82: "unsolicited_response"
      case 0x83: "authentication_response"
      default: nil
      }
    }
  }
}
