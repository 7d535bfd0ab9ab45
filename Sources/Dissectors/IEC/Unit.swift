import Bytes
import Wire

extension IEC {
  /// A numbered frame's control field and its ASDU (IEC 60870-5-101 §7).
  ///
  /// ```
  ///  0      2          4      5            6       7            8         10
  /// +------+----------+------+------------+-------+------------+---------+------------------
  /// | sent | received | type | SQ, number | cause | originator | address | objects …
  /// +------+----------+------+------------+-------+------------+---------+------------------
  /// ```
  struct Unit: ~Escapable {
    private let sent, received: UInt16
    private let type, qualifier, cause, originator: UInt8
    private let address: UInt16
    private let objects: Span<UInt8>
    /// What the APDU says of its own length.
    private let length: Int

    @_lifetime(copy input)
    init(_ input: inout Reader, length: Int) throws(Malformed) {
      sent = try input.u16() >> 1
      received = try input.u16() >> 1
      type = try input.u8()
      qualifier = try input.u8()
      cause = try input.u8()
      originator = try input.u8()
      address = try input.u16()
      objects = input.rest
      self.length = length
      guard qualifier & 0x7f != 0 else { throw input.reject() }
    }

    /// Whether the objects are one after the other, so that only the first has an address.
    private var isSequence: Bool { qualifier & 0x80 != 0 }
    private var count: Int { Int(qualifier & 0x7f) }

    func report(to record: inout RecordWriter) {
      record.number("send_sequence_number", sent)
      record.number("receive_sequence_number", received)
      record.name("type_id", Self.name(ofType: type), code: UInt64(type))
      record.flag("sq", isSequence)
      record.number("number_of_objects", UInt(count))
      record.flag("test_bit", cause & 0x80 != 0)
      record.flag("negative_confirm", cause & 0x40 != 0)
      record.name("cot", Self.name(ofCause: cause & 0x3f), code: UInt64(cause & 0x3f))
      record.number("originator_address", originator)
      record.number("asdu_address", address)
      guard objects.count >= Self.leastObject else { return }
      if isSequence {
        record.object("information_object") { reportSequence(to: &$0) }
      } else {
        record.array("info_objs") { reportObjects(to: &$0) }
      }
    }

    /// An address and a byte.
    private static let leastObject = 4
    /// What the APDU's length counts before the objects, and before the first one's elements.
    private static let headerLength = 10, sequenceHeaderLength = 13

    private func reportSequence(to record: inout RecordWriter) {
      var input = Reader(objects)
      record.hex("information_object_address", try? input.take(3))
      record.array("information_elements") { elements in
        let size = (length - Self.sequenceHeaderLength) / count
        for _ in 0..<count {
          guard let element = try? input.take(size) else { return }
          elements.hex(element)
        }
      }
    }

    private func reportObjects(to record: inout RecordWriter) {
      var input = Reader(objects)
      let size = (length - Self.headerLength) / count - 3
      while !input.isAtEnd {
        record.object { object in
          object.hex("information_object_address", try? input.take(3))
          object.hex("information_element", try? input.take(size))
        }
      }
    }
  }
}
