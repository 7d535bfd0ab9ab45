/// The account of every packet: what a tally's lines must add up to, and how it is shown.
public struct Ledger: Sendable {
  public let tally: Tally

  public init(_ tally: Tally) { self.tally = tally }

  /// Every packet read was gated or forwarded.
  public var capturesAddUp: Bool {
    tally.total(.packets) == tally.total(.gated) + tally.total(.forwarded)
  }

  /// Every packet forwarded came to one end.
  public var forwardedAddUp: Bool {
    tally.total(.forwarded) == tally.total(.records) + withoutRecord
  }

  /// How many packets forwarded came to another end than a record in the output.
  public var withoutRecord: UInt64 {
    tally.total(.notSelected) + tally.total(.rejected) + tally.total(.quarantined)
      + tally.total(.dropped) + tally.total(.held)
  }

  public var isExact: Bool { capturesAddUp && forwardedAddUp }

  /// The ledger as lines of text, largest counts first within each entry.
  public var text: String {
    var text = ""
    func line(_ indent: Int, _ name: String, _ count: UInt64) {
      let label = String(repeating: " ", count: indent) + name
      let padding = max(1, 34 - label.count)
      text += "\(label)\(String(repeating: " ", count: padding))\(padded(count))\n"
    }
    func section(_ indent: Int, _ title: String, _ entry: Tally.Entry, always: Bool = false) {
      let total = tally.total(entry)
      guard always || total > 0 else { return }
      line(indent, title, total)
      let lines = tally.counts.filter { $0.key.entry == entry && !$0.key.name.isEmpty }
      for (key, count) in lines.sorted(by: { ($1.value, $0.key.name) < ($0.value, $1.key.name) }) {
        line(indent + 2, key.name, count)
      }
    }
    line(0, "packets", tally.total(.packets))
    section(2, "gated", .gated, always: true)
    line(2, "forwarded", tally.total(.forwarded))
    section(4, "records", .records, always: true)
    section(4, "not selected", .notSelected)
    section(4, "rejected", .rejected)
    section(4, "joined to a later one", .held)
    section(4, "quarantined", .quarantined)
    section(4, "dropped", .dropped)
    section(0, "lost before they were read", .lost)
    section(0, "state given up", .forgotten)
    section(0, "written as packets", .written)
    section(0, "not written as packets", .unwritten)
    text += isExact ? "every packet accounted for\n" : "THE LEDGER DOES NOT ADD UP\n"
    return text
  }

  private func padded(_ count: UInt64) -> String {
    let digits = String(count)
    return String(repeating: " ", count: max(0, 12 - digits.count)) + digits
  }
}
