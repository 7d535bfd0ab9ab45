import Bytes
import Wire

/// One frame of the Distributed Network Protocol with its transport and application headers
/// (IEEE 1815 §9, §8, §4).
///
/// ```
///  0       2        3         4             6        8     10          11
/// +-------+--------+---------+-------------+--------+-----+-----------+-------------+-----+
/// | 05 64 | length | control | destination | source | crc | transport | application | …   |
/// +-------+--------+---------+-------------+--------+-----+-----------+-------------+-----+
/// ```
/// `length` counts from `control` on, without checksums; each 16 bytes of data have one. Only
/// the headers are read, which are in front of the first.
struct DNP3: PlainMessage, ~Escapable {
  static let profile = Profile(
    "dnp3", over: .tcp, when: .whole("05 64", WholePayload.isDNP3), key: "dnp3",
    summary: "DNP3 frames", specification: "IEEE 1815")

  /// How many bytes of data the frame has; at least one.
  private let dataLength: Int
  private let control: LinkControl
  private let destination, source: UInt16
  private let transport: UInt8
  private let application: Application

  /// What `length` counts besides the data.
  private static let headerLength = 5

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.expect("\u{05}\u{64}")
    dataLength = Int(try input.u8()) - Self.headerLength
    guard dataLength > 0 else { throw input.reject() }
    control = LinkControl(rawValue: try input.u8())
    destination = try input.u16le()
    source = try input.u16le()
    try input.skip(2)
    // A byte more than there is data has always been looked at: the checksum's first.
    var data = Reader(try input.take(upTo: dataLength + 1))
    transport = try data.u8()
    application = Application(&data)
  }

  func report(to record: inout RecordWriter) {
    record.object("dnp3") { dnp3 in
      dnp3.object("link") { reportLink(to: &$0) }
      dnp3.object("transport") { header in
        header.flag("fin", transport & 0x80 != 0)
        header.flag("fir", transport & 0x40 != 0)
        header.number("seq", transport & 0x3f)
      }
      dnp3.object("app") { app in
        app.object("app_hdr") { application.report(to: &$0) }
        app.number("left_obj_data", UInt(max(dataLength - application.length, 0)))
      }
    }
  }

  private func reportLink(to record: inout RecordWriter) {
    record.number("data_len", UInt(dataLength))
    record.object("control") { control.report(to: &$0) }
    record.number("dest_addr", destination)
    record.number("src_addr", source)
    if record.wants(.metadata) { record.number("block_count", UInt((dataLength + 15) / 16)) }
  }

  /// The link's control octet (IEEE 1815 §9.2.4.1.3).
  ///
  /// ```
  ///   7     6     5    4         3  0
  /// +-----+-----+-----+---------+----------+
  /// | DIR | PRM | FCB | FCV/DFC | function |
  /// +-----+-----+-----+---------+----------+
  /// ```
  private struct LinkControl: RawRepresentable {
    let rawValue: UInt8

    private var isPrimary: Bool { rawValue & 0x40 != 0 }
    private var hasCountBit: Bool { rawValue & 0x20 != 0 }
    /// In a primary message that the count bit is valid, else that no more data is welcome.
    private var hasValidBit: Bool { rawValue & 0x10 != 0 }
    private var function: UInt8 { rawValue & 0x0f }

    func report(to record: inout RecordWriter) {
      record.flag("dir", rawValue & 0x80 != 0)
      record.flag("prim", isPrimary)
      record.flag("fcb", hasCountBit)
      record.flag(isPrimary ? "fcv" : "dfc", hasValidBit)
      record.name(
        "func_str", isPrimary ? primaryName : secondaryName, code: UInt64(function))
      guard record.wants(.metadata) else { return }
      if isPrimary {
        if let valid = needsValidBit, valid != hasValidBit {
          record.flag("func_fcv_mismatch", true)
        }
      } else {
        if hasCountBit { record.flag("prim_fcb_mismatch", true) }
        if hasValidBit { record.flag("sec_buffer_exceed", true) }
      }
    }

    private var needsValidBit: Bool? {
      switch function {
      case 0, 4, 9: false
      case 2, 3: true
      default: nil
      }
    }

    private var primaryName: StaticString? {
      switch function {
      case 0: "RESET_LINK_STATES"
      case 2: "TEST_LINK_STATES"
      case 3: "CONFIRMED_USER_DATA"
      case 4: "UNCONFIRMED_USER_DATA"
      case 9: "REQUEST_LINK_STATES"
      default: nil
      }
    }

    private var secondaryName: StaticString? {
      switch function {
      case 0: "ACK"
      case 1: "NACK"
      case 11: "LINK_STATUS"
      case 15: "NOT_SUPPORTED"
      default: nil
      }
    }
  }
}
