import Wire

/// What the plan of a run says of one sink's output.
package struct SinkPlan: Sendable {
  package let generation: UInt16
  package let choice: RecordChoice
  package let sensor: String?
  package let findsProxies: Bool

  /// `choice` is what the sink writes of the records that are made by the plan.
  package init(_ plan: RunPlan, choice: RecordChoice) {
    generation = plan.generation
    sensor = plan.sensor
    findsProxies = plan.findsProxies
    self.choice = choice
  }
}
