import Bytes
import Wire

extension IKE {
  /// A set of algorithms offered for a security association; whole, if there is one.
  ///
  ///      0      1   2        4        5          6        7              8
  ///     +------+---+--------+--------+----------+--------+--------------+-----+------------+
  ///     | last | – | length | number | protocol | SPI    | number of    | SPI | transforms |
  ///     |      |   |        |        |          | length | transforms   |     |            |
  ///     +------+---+--------+--------+----------+--------+--------------+-----+------------+
  ///
  /// RFC 7296 §3.3.1. How many transforms there are, their bytes say.
  struct Proposal: ~Escapable {
    private let header: Span<UInt8>
    private let spi: Span<UInt8>
    private let transforms: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      header = try input.take(8)
      spi = try input.take(Int(header[6]))
      transforms = try input.take(Int(header.u16(at: 2)) - header.count - spi.count)
    }

    func report(to record: inout RecordWriter) {
      record.number("last_proposal", header[0])
      record.number("proposal_length", header.u16(at: 2))
      record.number("proposal_num", header[4])
      record.number("protocol_id", header[5])
      record.number("spi_size", header[6])
      record.number("num_transforms", header[7])
      record.hex("spi", spi)
      record.array("transforms") { list in
        var rest = Reader(transforms, isBody: true)
        while !rest.isAtEnd {
          let transform = Transform(&rest)
          list.object { transform.report(to: &$0) }
        }
      }
    }
  }
}
