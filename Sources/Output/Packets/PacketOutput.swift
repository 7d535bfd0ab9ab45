import Wire

/// The output of `--write`: the packets that travel with the records, as a capture file.
package final class PacketOutput: Output {
  private var writer: PacketWriter

  package init(to file: consuming OutputSeries) { writer = PacketWriter(writingTo: file) }

  package func begin(_ format: PacketFormat) { writer.begin(format) }
  package func put(_ packet: borrowing PacketItem) throws(OutputFailure) {
    try writer.write(packet)
  }
  package func flush() throws(OutputFailure) { try writer.flush() }
  package func rotate() throws(OutputFailure) { try writer.rotate() }
  package func reopen() throws(OutputFailure) { try writer.reopen() }
  package func close() throws(OutputFailure) { try writer.close() }
  package func abandon() { writer.abandon() }
  package var hasReader: Bool { writer.isOpen }
  package var account: Tally { writer.account }
}
