import Output
import Stage
import Transport
import Wire

/// What stands behind a sink: the secondary sinks of the primary one, or nothing.
package protocol Downstream: ~Copyable {
  /// What to wait for.
  var sockets: [Socket] { get }
  /// Whether there is none to pass records on to.
  var isEmpty: Bool { get }
  /// Whether the end of a source is acknowledged only once all of them have everything.
  var areExpected: Bool { get }
  /// Whether all of them have acknowledged everything.
  var areDone: Bool { get }

  /// Whether nothing may be passed on now.
  mutating func isHolding() -> Bool

  /// Connects to those that are new in the roster; `tally` is what has been counted so far, of `given`
  /// records that have been passed on.
  ///
  /// - Throws: `StageFailure` if one has gone that the pipeline waits for.
  mutating func follow(_ roster: Roster, after tally: Tally, given: UInt64) throws(StageFailure)

  /// Reads what they acknowledge, and sends what there is room for.
  ///
  /// - Throws: `StageFailure` if one has gone that the pipeline waits for.
  mutating func serve() throws(StageFailure)

  /// Passes the next records on; `tally` is what has been counted so far.
  mutating func pass(
    _ batch: borrowing OrderedBatch, _ format: PacketFormat, after tally: Tally, isLast: Bool)

  /// Lets go of those that are not waited for and acknowledge nothing any more.
  mutating func giveUp()

  /// Sends `bye` to all of them.
  func close()
}

/// Nothing stands behind a secondary sink.
package struct NoDownstream: Downstream {
  package var sockets: [Socket] { [] }
  package var isEmpty: Bool { true }
  package var areExpected: Bool { false }
  package var areDone: Bool { true }

  package func isHolding() -> Bool { false }
  package func follow(_ roster: Roster, after tally: Tally, given: UInt64) {}
  package func serve() {}
  package func pass(
    _ batch: borrowing OrderedBatch, _ format: PacketFormat, after tally: Tally, isLast: Bool
  ) {}
  package func giveUp() {}
  package func close() {}
}
