import Files
import Wire

/// One output of a sink: what is done with records and packets, once they are in their final order.
///
/// A kind of output is a folder beside this file, with a type of this protocol and its options
/// (`OutputOptions`), and a line in `OutputSwitches`. A class, so that a sink can hold any number of them.
/// Only what the sink writes (`RecordChoice`) is put.
package protocol Output: AnyObject {
  /// What all packets have in common; said once, before anything is put.
  func begin(_ format: PacketFormat)

  /// The plan that the records put from now on were made by.
  func use(_ plan: SinkPlan)

  /// The version of the archive that records are scored by from now on.
  func note(resourceVersion: String)

  /// Takes a record, with the analysis that holds at its place in the order: a map, or nothing.
  ///
  /// It need not be written before `flush`.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  func put(_ record: borrowing RecordItem, analysis: Span<UInt8>) throws(FileFailure)
    -> PutOutcome

  /// Takes a packet that travels with the records, behind its record.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  func put(_ packet: borrowing PacketItem) throws(FileFailure)

  /// Writes out what has been put; called when nothing more waits.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  func flush() throws(FileFailure)

  /// Ends files whose time is over; called often.
  ///
  /// - Throws: `FileFailure` if one cannot be completed.
  func rotate() throws(FileFailure)

  /// Goes on in new files where the old ones have been moved away.
  ///
  /// - Throws: `FileFailure` if an old file cannot be completed or a new one created.
  func reopen() throws(FileFailure)

  /// Completes what has been put; nothing is put from then on.
  ///
  /// - Throws: `FileFailure` if it cannot be completed, as on a full disk.
  func close() throws(FileFailure)

  /// Lets go of a destination that takes no more, such as a closed pipe; what is put from then on is not
  /// written.
  func abandon()

  /// Whether a reader can end the run by leaving: it has a destination that is not abandoned.
  var hasReader: Bool { get }

  /// What became of what was put, beyond the number of records.
  var account: Tally { get }

  /// What the user is told at the end, if anything: a sentence without the program's name.
  var warning: String? { get }
}

/// What an output made of a record.
package enum PutOutcome: Equatable, Sendable {
  case taken
  /// Its line would be longer than lines may be.
  case tooLong
  /// One of its sections is not what it should be.
  case unreadable
}

/// What an output need not do.
extension Output {
  package func begin(_ format: PacketFormat) {}
  package func use(_ plan: SinkPlan) {}
  package func note(resourceVersion: String) {}

  /// - Throws: Nothing; the record is dropped.
  package func put(_ record: borrowing RecordItem, analysis: Span<UInt8>) throws(FileFailure)
    -> PutOutcome
  { .taken }

  /// - Throws: Nothing; the packet is dropped.
  package func put(_ packet: borrowing PacketItem) throws(FileFailure) {}

  /// - Throws: Nothing; there is nothing to write.
  package func flush() throws(FileFailure) {}

  /// - Throws: Nothing; there are no files.
  package func rotate() throws(FileFailure) {}

  /// - Throws: Nothing; there are no files.
  package func reopen() throws(FileFailure) {}
  package func abandon() {}
  package var hasReader: Bool { false }
  package var account: Tally { Tally() }
  package var warning: String? { nil }
}

/// What all packets of a run have in common.
package struct PacketFormat: Equatable, Sendable {
  package var linkType: UInt32
  package var hasNanoseconds: Bool

  package init(linkType: UInt32, hasNanoseconds: Bool) {
    self.linkType = linkType
    self.hasNanoseconds = hasNanoseconds
  }

  /// That of the packets whose part this is.
  package init(_ part: PartHeader) {
    self.init(linkType: part.linkType, hasNanoseconds: part.message.flags.contains(.nanoseconds))
  }
}
