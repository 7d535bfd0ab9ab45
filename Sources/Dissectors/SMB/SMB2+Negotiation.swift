import Bytes
import Wire

extension SMB2 {
  /// What a client offers, MS-SMB2 §2.2.3.
  ///
  ///      0      2                4               6          8              12     28
  ///     | size | dialect count  | security mode | reserved | capabilities | GUID |
  ///     28               32              34         36
  ///     | context offset | context count | reserved | dialects | … | contexts |
  struct NegotiateRequest: ~Escapable {
    private let size, dialectCount, securityMode, contextCount: UInt16
    private let capabilities, contextOffset: UInt32
    private let identifier, dialects: Span<UInt8>
    private let contexts: ContextList

    /// Where the dialects stand, counted from the header.
    private static let dialectOffset: UInt32 = 100

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      size = try input.u16le()
      dialectCount = try input.u16le()
      securityMode = try input.u16le()
      try input.skip(2)
      capabilities = try input.u32le()
      identifier = try input.take(16)
      contextOffset = try input.u32le()
      contextCount = try input.u16le()
      _ = try input.take(upTo: 2)
      dialects = try input.take(2 * Int(dialectCount))
      let gap = contextOffset &- Self.dialectOffset &- 2 * UInt32(dialectCount)
      _ = try input.take(upTo: Int(gap))
      contexts = try ContextList(input)
    }

    func report(to record: inout RecordWriter) {
      record.number("structure_size", size)
      record.number("dialect_count", dialectCount)
      record.hex("security_mode", securityMode)
      record.hex("capabilities", capabilities)
      record.smb2Identifier("guid", identifier)
      record.hex("negotiate_context_offset", contextOffset)
      record.number("negotiate_context_count", contextCount)
      record.array("dialects") { record in
        var rest = Reader(dialects)
        while !rest.isAtEnd, let dialect = try? rest.u16le() { record.hex(dialect) }
      }
      contexts.report(to: &record)
    }

    func reportFeatures(to features: inout Buffer) {
      features.featureList {
        $0.feature(dialectCount)
        $0.feature(securityMode)
        $0.feature(capabilities)
      }
      features.featureList { list in
        var rest = Reader(dialects)
        while !rest.isAtEnd, let dialect = try? rest.u16le() { list.feature(dialect) }
      }
      contexts.reportFeatures(to: &features)
    }
  }

  /// What a server chooses, MS-SMB2 §2.2.4.
  ///
  ///      0      2               4         6               8      24
  ///     | size | security mode | dialect | context count | GUID |
  ///     24             28              32         36           40            48           56
  ///     | capabilities | max transact | max read | max write | system time | start time |
  ///     56              58              60               64
  ///     | buffer offset | buffer length | context offset | buffer | … | contexts |
  struct NegotiateResponse: ~Escapable {
    private let size, securityMode, dialect, contextCount: UInt16
    private let capabilities, maxTransaction, maxRead, maxWrite: UInt32
    private let systemTime, startTime: FileTime
    private let bufferOffset, bufferLength: UInt16
    private let identifier: Span<UInt8>
    private let contexts: ContextList

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      size = try input.u16le()
      securityMode = try input.u16le()
      dialect = try input.u16le()
      contextCount = try input.u16le()
      identifier = try input.take(16)
      capabilities = try input.u32le()
      maxTransaction = try input.u32le()
      maxRead = try input.u32le()
      maxWrite = try input.u32le()
      systemTime = FileTime(try input.u64le())
      startTime = FileTime(try input.u64le())
      bufferOffset = try input.u16le()
      bufferLength = try input.u16le()
      try input.skip(4)
      try input.skip(Int(bufferLength))
      _ = try input.take(upTo: ContextList.padding(behind: Int(bufferLength)))
      contexts = try ContextList(input)
    }

    func report(to record: inout RecordWriter) {
      record.number("structure_size", size)
      record.hex("security_mode", securityMode)
      record.name("dialect", Self.dialectName(dialect), code: UInt64(dialect))
      record.number("negotiate_context_count", contextCount)
      record.smb2Identifier("guid", identifier)
      record.hex("capabilities", capabilities)
      record.number("max_transact_size", maxTransaction)
      record.number("max_read_size", maxRead)
      record.number("max_write_size", maxWrite)
      systemTime.report("system_time", to: &record)
      startTime.report("server_start_time", to: &record)
      record.number("security_buffer_offset", bufferOffset)
      record.number("security_buffer_length", bufferLength)
      contexts.report(to: &record)
    }

    func reportFeatures(to features: inout Buffer) {
      features.featureList {
        $0.feature(securityMode)
        $0.feature(dialect)
        $0.feature(capabilities)
      }
      contexts.reportFeatures(to: &features)
    }

    private static func dialectName(_ dialect: UInt16) -> StaticString? {
      switch dialect {
      case 0x0202: "SMB 2.0.2"
      case 0x0210: "SMB 2.1"
      case 0x0222: "SMB 2.2.2"
      case 0x0224: "SMB 2.2.4"
      case 0x02ff: "SMB2 wildcard"
      case 0x0300: "SMB 3.0"
      case 0x0302: "SMB 3.0.2"
      case 0x0310: "SMB 3.1.0"
      case 0x0311: "SMB 3.1.1"
      default: nil
      }
    }
  }
}

extension RecordWriter {
  /// A GUID as Windows prints it: the first three of its parts are little-endian (MS-DTYP §2.3.4).
  fileprivate mutating func smb2Identifier(_ key: StaticString, _ bytes: Span<UInt8>) {
    text(key, count: 36) { text in
      for i in 0..<16 {
        let place = i < 4 ? 3 - i : i < 8 ? i ^ 1 : i
        text.append((bytes[place] >> 4).hexDigit)
        text.append((bytes[place] & 15).hexDigit)
        if i == 3 || i == 5 || i == 7 || i == 9 { text.append(UInt8(ascii: "-")) }
      }
    }
  }
}
