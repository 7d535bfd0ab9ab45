import Output
import Stage
import Wire

extension RecordChoice {
  /// Reads a list of what a sink selects, of the messages that a plan makes records of.
  ///
  /// - Throws: `StageFailure` with status 64 if a name of the list selects none of these.
  package init(_ select: String, of plan: RunPlan) throws(StageFailure) {
    let list = NameList(parsing: select)
    do throws(MessageChoice.UnknownName) {
      let names = list.isNone ? [] : list.names
      self.init(
        of: list.isAll ? .all : try MessageChoice(names, among: plan.messages),
        keepingAllPackets: list.keepsAllPackets)
    } catch {
      throw StageFailure("merc-sink: --select: \(error)", status: 64)
    }
  }
}
