import Files
import Wire

/// The output of `--write`: the packets that travel with the records, as a capture file.
package final class PacketOutput: Output {
  private var writer: PacketWriter

  package init(to file: consuming OutputSeries) { writer = PacketWriter(writingTo: file) }

  package func begin(_ format: PacketFormat) { writer.begin(format) }
  package func put(_ packet: borrowing PacketItem) throws(FileFailure) {
    try writer.write(packet)
  }
  package func flush() throws(FileFailure) { try writer.flush() }
  package func rotate() throws(FileFailure) { try writer.rotate() }
  package func reopen() throws(FileFailure) { try writer.reopen() }
  package func close() throws(FileFailure) { try writer.close() }
  package func abandon() { writer.abandon() }
  package var hasReader: Bool { writer.isOpen }
  package var account: Tally { writer.account }
}
