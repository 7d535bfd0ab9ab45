import Bytes
import Wire

/// The parser's step, for packets of any number of sources.
///
/// What is remembered of one source's flows says nothing of another's, whose slots have the same
/// numbers: each run of a source has a `PacketParts` of its own.
package struct PacketSources: Step, ~Copyable {
  /// A class, so that a dictionary can hold it.
  private final class Run {
    var parts: PacketParts
    init(_ parts: consuming PacketParts) { self.parts = parts }
  }

  private let make: () -> PacketParts
  /// What the first source to come will use.
  private var spare: Run?
  private var runs: [UInt32: Run] = [:]
  package let keepsState: Bool

  /// `make` gives the step for one source.
  package init(_ make: @escaping () -> PacketParts) {
    self.make = make
    let first = Run(make())
    keepsState = first.parts.keepsState
    spare = first
  }

  package mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    var input = Reader(part, isBody: true)
    let epoch = try MessageHeader(&input).epoch
    try run(epoch).parts.process(part, into: &result)
  }

  private mutating func run(_ epoch: UInt32) -> Run {
    if let run = runs[epoch] { return run }
    let run = spare ?? Run(make())
    spare = nil
    runs[epoch] = run
    return run
  }

  package mutating func forget(_ what: Forget, of epoch: UInt32) {
    runs[epoch]?.parts.forget(what, of: epoch)
  }

  package func floor(of epoch: UInt32) -> UInt64 { runs[epoch]?.parts.floor(of: epoch) ?? .max }
}
