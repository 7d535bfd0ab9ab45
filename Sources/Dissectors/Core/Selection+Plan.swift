import Wire

extension Selection {
  /// What the parsers of a run read: what any of its sinks writes.
  ///
  /// - Throws: `UnknownName` if the plan selects a name that no protocol or message has.
  package init(of plan: RunPlan) throws(UnknownName) {
    try self.init(parsing: plan.select)
    for list in plan.sinks.dropFirst() { formUnion(try Selection(parsing: list)) }
  }

  /// A list for a sink, which knows the names of messages only, that selects the same; with records of
  /// data in which nothing was found, if those are wanted.
  package func sinkList(withNonselected: Bool = false) -> String {
    var names = isAll ? ["all"] : messages.map(\.text)
    if withNonselected, !isAll { names.append(MessageName.nonselected.text) }
    if names.isEmpty { names = ["none"] }
    return ((keepsAllPackets ? [NameList.allPackets] : []) + names).joined(separator: ",")
  }
}

extension RunPlan {
  /// The plan with what its selection comes to: the messages that there are records of, and which of them
  /// the primary sink writes where there are others.
  ///
  /// - Throws: `Selection.UnknownName` if the plan selects a name that no protocol or message has.
  package func completed() throws(Selection.UnknownName) -> RunPlan {
    var plan = self
    let withNonselected = has("nonselected-tcp-data") || has("nonselected-udp-data")
    if !sinks.isEmpty {
      plan.sinks[0] = try Selection(parsing: select).sinkList(withNonselected: withNonselected)
    }
    plan.messages = try Selection(of: plan).messages + (withNonselected ? [.nonselected] : [])
    return plan
  }
}
