import Bytes
import Wire

/// The parser's step, for packets of any number of sources and plans.
///
/// What is remembered of one source's flows says nothing of another's, whose slots have the same
/// numbers, and what one plan left unfinished is not finished by the next: each run of a source has a
/// `PartParser` of its own for each plan that its parts name.
package struct SourceParsers: Step, ~Copyable {
  /// A class, so that an array can hold it.
  private final class Run {
    let epoch: UInt32
    let plan: UInt16
    var parts: PartParser
    init(_ epoch: UInt32, _ plan: UInt16, _ parts: consuming PartParser) {
      self.epoch = epoch
      self.plan = plan
      self.parts = parts
    }
  }

  private let make: (RunPlan) -> PartParser?
  private var plans: PlansInForce
  private var runs: [Run] = []

  /// `make` gives the step for one source by a plan; `nil` for a plan that it cannot read.
  package init(_ plans: PlansInForce, _ make: @escaping (RunPlan) -> PartParser?) {
    self.plans = plans
    self.make = make
  }

  /// A plan may begin to put messages together while the pipeline runs.
  package var keepsState: Bool { true }

  package mutating func use(_ plans: PlansInForce) {
    self.plans = plans
    runs.removeAll { !plans.knows($0.plan) }
  }

  /// - Throws: `MessageHeader.Refusal` if the part is of another wire version, malformed, not one of frames,
  ///   or by a plan that capture has let go of.
  package mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    var input = Reader(part, isBody: true)
    let header = try PartHeader(&input)
    let run = try run(header.name.epoch, header.plan)
    // What an older plan left unfinished stays so; if it is needed again, it is shown again.
    if header.message.flags.isDisjoint(with: [.replay, .probe]) {
      removeRuns(of: header.name.epoch, before: header.plan)
    }
    try run.parts.process(part, into: &result)
  }

  private mutating func run(_ epoch: UInt32, _ plan: UInt16) throws(MessageHeader.Refusal) -> Run {
    // By index: without optimisation, going over the elements allocates.
    for i in runs.indices where runs[i].epoch == epoch && runs[i].plan == plan { return runs[i] }
    guard let stated = plans[plan], let parts = make(stated) else { throw .malformed }
    let run = Run(epoch, plan, parts)
    runs.append(run)
    return run
  }

  private mutating func removeRuns(of epoch: UInt32, before plan: UInt16) {
    for i in runs.indices where runs[i].epoch == epoch && runs[i].plan < plan {
      return runs.removeAll { $0.epoch == epoch && $0.plan < plan }
    }
  }

  package mutating func forget(_ what: Forget, of epoch: UInt32) {
    for run in runs where run.epoch == epoch { run.parts.forget(what, of: epoch) }
  }

  package func lowWaterMark(of epoch: UInt32) -> UInt64 {
    var lowWaterMark = UInt64.max
    for i in runs.indices where runs[i].epoch == epoch {
      lowWaterMark = min(lowWaterMark, runs[i].parts.lowWaterMark(of: epoch))
    }
    return lowWaterMark
  }
}
