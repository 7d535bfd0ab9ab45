import Output
import Stage
import Wire

extension RecordChoice {
  /// Reads what `--select` says, of a line whose records are of these messages.
  init(_ select: String, among messages: [MessageName]) throws(StageFailure) {
    let list = NameList(parsing: select)
    do throws(MessageChoice.UnknownName) {
      let names = list.isNone ? [] : list.names
      self.init(
        of: list.isAll ? .all : try MessageChoice(names, among: messages),
        keepingAllPackets: list.keepsAllPackets)
    } catch {
      throw StageFailure("merc-sink: --select: \(error)", status: 64)
    }
  }
}
