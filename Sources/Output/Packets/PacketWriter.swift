import Bytes
import Files
import Wire

/// Writes packets to a capture file: its header, then each packet with its time and both lengths.
///
/// A file of this format has one link type and one unit of time (`PcapFormat`).
package struct PacketWriter: ~Copyable {
  private var file: OutputSeries?
  /// One packet on its way to the file.
  private var packet = Buffer(capacity: 64 << 10)
  /// What the file's header says, once it has one.
  private var format: PacketFormat?
  /// How many packets went into the file.
  package private(set) var written: UInt64 = 0
  /// How many came when the file had no reader any more.
  package private(set) var unread: UInt64 = 0

  package init(writingTo file: consuming OutputSeries) { self.file = consume file }

  /// Begins the file, or every file of a rotation, unless that has been done.
  package mutating func begin(_ format: PacketFormat) {
    guard self.format == nil else { return }
    self.format = format
    var header = Buffer(capacity: 32)
    PcapFormat.appendHeader(
      linkType: format.linkType, hasNanoseconds: format.hasNanoseconds, to: &header)
    file?.header = [UInt8](copying: header.bytes)
  }

  /// Adds a packet to the file that has been begun.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package mutating func write(_ packet: borrowing PacketItem) throws(FileFailure) {
    guard isOpen, let format else {
      unread += 1
      return
    }
    written += 1
    PcapFormat.appendPacket(
      packet.bytes, time: packet.time, originalLength: packet.originalLength,
      hasNanoseconds: format.hasNanoseconds, to: &self.packet)
    try file?.write(moving: &self.packet)
  }

  /// Writes out what has been added.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package mutating func flush() throws(FileFailure) { try file?.flush() }

  /// Ends the file if its time is over.
  mutating func rotate() throws(FileFailure) { try file?.rotate() }

  /// Goes on in a new file where the old one has been moved away.
  mutating func reopen() throws(FileFailure) { try file?.reopen() }

  /// Completes what has been begun: a capture file is one even without packets.
  mutating func close() throws(FileFailure) { try file?.close() }

  /// Whether what is added goes anywhere.
  package var isOpen: Bool { file != nil }

  /// Lets go of a file that has no reader any more.
  mutating func abandon() { file = nil }

  /// What was written, and what was not.
  package var account: Tally {
    var account = Tally()
    account.add(written, .written)
    account.add(unread, .unwritten, "its reader has left")
    return account
  }
}
