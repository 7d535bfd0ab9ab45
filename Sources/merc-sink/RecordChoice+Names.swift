import Output
import Stage
import Wire

extension RecordChoice {
  /// Reads what `--select` says, of a line whose records are of these messages.
  init(_ select: String, among messages: [MessageName]) throws(StageFailure) {
    var names = select.split(separator: ",").map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let keepsAllPackets = names.contains("all-packets")
    names.removeAll { $0 == "all-packets" || $0.isEmpty }
    let isAll = names.isEmpty || names.contains("all")
    names.removeAll { $0 == "all" }
    if names.contains("none") { names = [] }
    do throws(MessageChoice.UnknownName) {
      self.init(
        of: isAll ? .all : try MessageChoice(names, among: messages),
        keepingAllPackets: keepsAllPackets)
    } catch {
      throw StageFailure("merc-sink: --select: \(error)", status: 64)
    }
  }
}
