import Files
import Wire

/// The output of `--write`: the packets that travel with the records, as a capture file.
package final class PacketOutput: Output {
  private var writer: PacketWriter

  package init(to file: consuming OutputSeries) { writer = PacketWriter(writingTo: file) }

  package func begin(_ format: PacketFormat) { writer.begin(format) }

  /// Adds the packet to the capture file.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package func put(_ packet: borrowing PacketItem) throws(FileFailure) {
    try writer.write(packet)
  }

  /// Writes the packets that wait.
  ///
  /// - Throws: `FileFailure` if they cannot be written.
  package func flush() throws(FileFailure) { try writer.flush() }

  /// Ends the file if its time is over.
  ///
  /// - Throws: `FileFailure` if it cannot be completed.
  package func rotate() throws(FileFailure) { try writer.rotate() }

  /// Goes on in a new file where the old one has been moved away.
  ///
  /// - Throws: `FileFailure` if the old file cannot be completed or the new one created.
  package func reopen() throws(FileFailure) { try writer.reopen() }

  /// Completes the file.
  ///
  /// - Throws: `FileFailure` if it cannot be completed.
  package func close() throws(FileFailure) { try writer.close() }
  package func abandon() { writer.abandon() }
  package var hasReader: Bool { writer.isOpen }
  package var account: Tally { writer.account }
}
