import Bytes
import Wire

/// The Domain Name System, RFC 1035, with its cousins of the local network: multicast DNS
/// (RFC 6762) and NetBIOS names (RFC 1002).
enum DNS {
  static let headerLength = 12
  /// A message that says a section holds more records than this is not one.
  static let maxRecords: UInt16 = 256
}

extension DNS {
  /// A message of any of the three.
  ///
  ///      0     2       4          6         8           10           12
  ///     +-----+-------+----------+---------+-----------+------------+----------------------+
  ///     | id  | flags | question | answers | authority | additional | records of the four  |
  ///     +-----+-------+----------+---------+-----------+------------+----------------------+
  struct Message: ~Escapable {
    private let bytes: Span<UInt8>
    /// Whether what it asks about (or, asking nothing, tells) is a NetBIOS name.
    let hasNetBIOSName: Bool

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) throws(Malformed) {
      guard bytes.count >= DNS.headerLength else {
        throw .short(by: DNS.headerLength - bytes.count)
      }
      self.bytes = bytes
      hasNetBIOSName = try Self.checkNames(of: bytes)
    }

    /// Reads what every message must have, a question or else an answer, and says whether there
    /// is a NetBIOS name.
    private static func checkNames(of bytes: Span<UInt8>) throws(Malformed) -> Bool {
      for section in 0..<4 where bytes.u16(at: 4 + 2 * section) > DNS.maxRecords {
        throw .invalid
      }
      let (questions, answers) = (Int(bytes.u16(at: 4)), Int(bytes.u16(at: 6)))
      guard questions > 0 || answers > 0 else { throw .invalid }
      var input = Reader(bytes.extracting(droppingFirst: DNS.headerLength))
      var hasNetBIOSName = false
      for _ in 0..<questions {
        let question = Question(&input, in: bytes)
        guard question.isComplete else { throw .invalid }
        if question.name.isNetBIOS { hasNetBIOSName = true }
      }
      if questions > 0 { return hasNetBIOSName }
      for _ in 0..<answers {
        let answer = ResourceRecord(&input, in: bytes)
        guard answer.question.isComplete else { throw .invalid }
        if answer.question.name.isNetBIOS { hasNetBIOSName = true }
      }
      return hasNetBIOSName
    }

    private var isResponse: Bool { bytes[2] & 0x80 != 0 }

    /// Writes the message as `key`: its bytes, or where that is asked for, its records.
    func report(_ key: StaticString, to record: inout RecordWriter) {
      record.object(key) { message in
        guard message.wants(.dnsJSON) else { return message.base64("base64", bytes) }
        message.object(isResponse ? "response" : "query") { reportSections(to: &$0) }
      }
    }

    private func reportSections(to record: inout RecordWriter) {
      var input = Reader(bytes.extracting(droppingFirst: DNS.headerLength))
      let questions = Int(bytes.u16(at: 4))
      if questions > 0 {
        record.array("question") { list in
          for _ in 0..<questions {
            let question = Question(&input, in: bytes)
            if question.isComplete { list.object { question.report(to: &$0) } }
          }
        }
      }
      report("answer", count: bytes.u16(at: 6), from: &input, to: &record)
      report("authority", count: bytes.u16(at: 8), from: &input, to: &record)
      report("additional", count: bytes.u16(at: 10), from: &input, to: &record)
      // Records have always shown the identifier's bytes the other way round.
      record.hex("id", bytes.u16(at: 0).byteSwapped)
    }

    @_lifetime(input: copy input)
    private func report(
      _ key: StaticString, count: UInt16, from input: inout Reader, to record: inout RecordWriter
    ) {
      guard count > 0 else { return }
      record.array(key) { list in
        for _ in 0..<Int(count) {
          guard !input.isSpent else { return }
          let entry = ResourceRecord(&input, in: bytes)
          if entry.question.isComplete { list.object { entry.report(to: &$0) } }
        }
      }
    }
  }
}
