/// The best times of all steps, in the order in which they were first measured.
struct Table {
  /// What a time is divided by.
  enum Unit: String { case packets = "packet", records = "record" }

  private struct Row {
    var name: String
    var best: Duration
    var count: Int
    var unit: Unit?
    var bytes: Int
  }

  private var rows: [Row] = []

  /// Notes what `count` packets or records took.
  mutating func note(
    _ name: String, _ time: Duration, per count: Int, of unit: Unit?, bytes: Int = 0
  ) {
    if let i = rows.firstIndex(where: { $0.name == name }) {
      rows[i].best = min(rows[i].best, time)
    } else {
      rows.append(Row(name: name, best: time, count: count, unit: unit, bytes: bytes))
    }
  }

  var text: String {
    rows.map { row in
      let nanoseconds = row.best.nanoseconds
      var line = row.name.padded(to: 42)
      if let unit = row.unit {
        let each = (nanoseconds / Double(max(row.count, 1))).rounded()
        line += "\(Int(each))".leading(to: 8) + " ns/\(unit.rawValue)"
        line += "   (\(row.count))".padded(to: 14)
      }
      if row.bytes > 0 {
        let rate = Double(row.bytes) * 1000 / max(nanoseconds, 1)
        line += "\(Int(rate.rounded()))".leading(to: 8) + " MB/s"
      }
      return line
    }.joined(separator: "\n")
  }
}

extension Duration {
  fileprivate var nanoseconds: Double {
    Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func leading(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
