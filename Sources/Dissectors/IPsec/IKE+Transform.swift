import Bytes
import Wire

extension IKE {
  /// One algorithm of a proposal.
  ///
  ///      0      1   2        4      5   6    8
  ///     +------+---+--------+------+---+----+------------+
  ///     | last | – | length | type | – | id | attributes |
  ///     +------+---+--------+------+---+----+------------+
  ///
  /// RFC 7296 §3.3.2. What the proposal is too short for is reported as zero.
  struct Transform: ~Escapable {
    private let last: UInt8
    private let length: UInt16
    private let type: UInt8
    private let id: UInt16
    private let attributes: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) {
      last = (try? input.u8()) ?? 0
      try? input.skip(1)
      length = (try? input.u16()) ?? 0
      type = (try? input.u8()) ?? 0
      try? input.skip(1)
      id = (try? input.u16()) ?? 0
      attributes = try? input.take(Int(length) - 8)
    }

    func report(to record: inout RecordWriter) {
      record.number("last_transform", last)
      record.number("transform_length", length)
      record.name("transform_type", Names.transform(type), hexCode: type)
      switch type {
      case 1: record.name("encryption_transform_type", Names.encryption(id), hexCode: id)
      case 2:
        record.name("pseudorandom_function_type", Names.pseudorandomFunction(id), hexCode: id)
      case 3: record.name("integrity_transform_type", Names.integrity(id), hexCode: id)
      case 4: record.name("diffie_hellman_group_type", Names.group(id), hexCode: id)
      case 5:
        record.name("extended_sequence_numbers_type", Names.sequenceNumbers(id), hexCode: id)
      default: record.number("transform_id", id)
      }
      guard let attributes, !attributes.isEmpty else { return }
      record.array("attributes") { list in
        var rest = Reader(attributes, isBody: true)
        while !rest.isAtEnd { list.object { Self.reportAttribute(&rest, to: &$0) } }
      }
    }

    /// RFC 7296 §3.3.5: a type whose first bit says that the value follows at once, in two bytes;
    /// otherwise its length stands before it.
    @_lifetime(input: copy input)
    private static func reportAttribute(_ input: inout Reader, to record: inout RecordWriter) {
      let type = (try? input.u16()) ?? 0
      record.number("af", type >> 15)
      record.number("attribute_type", type & 0x7fff)
      if type >> 15 == 1 {
        record.hex("value", (try? input.u16()) ?? 0)
      } else if let length = try? input.u16() {
        record.hex("value", try? input.take(Int(length)))
      } else {
        record.hex("value", nil as Span<UInt8>?)
      }
    }
  }
}
