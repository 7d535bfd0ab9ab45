import Bytes
import Stage
import Transport
import Wire

/// The line on the terminal that says how far a long run has come.
enum Progress {
  /// Shows it until the task is cancelled, from the first second on; then wipes it away.
  static func show(_ directory: RuntimeDirectory, captures: Int, isWanted: Bool) async {
    guard isWanted, let socket = try? listen(directory, captures: captures) else { return }
    var state = State()
    var isShown = false
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(200))
      state.update(from: socket)
      guard state.elapsed > .seconds(1), !Task.isCancelled else { continue }
      Host.show("\r\u{1b}[K" + state.line)
      isShown = true
    }
    if isShown { Host.show("\r\u{1b}[K") }
  }

  private static func listen(_ directory: RuntimeDirectory, captures: Int) throws -> Socket {
    let socket = try Socket(.subscriber, queue: 16, in: try SocketContext())
    try socket.subscribe(to: Tap.topic(.ledger).span)
    for member in 1...captures { try socket.connect(directory.tap(ofCapture: member)) }
    try socket.connect(directory.tap(ofSink: 0))
    return socket
  }

  /// What is known of the run's progress.
  struct State {
    private let start = ContinuousClock.now
    /// What each capture has counted.
    private var captures: [String: Tally] = [:]
    private var records: UInt64 = 0
    private var read: UInt64 = 0
    private var total: UInt64 = 0

    var elapsed: Duration { ContinuousClock.now - start }

    mutating func update(from socket: Socket) {
      var frame = Frame()
      while socket.receive(into: &frame) {
        var input = Reader(frame.bytes)
        guard (try? MessageHeader(&input))?.kind == .ledger,
          let report = try? LedgerReport(&input)
        else { continue }
        take(report)
      }
    }

    mutating func take(_ report: LedgerReport) {
      if report.stage == .sink {
        records = report.tally[.records]
      } else {
        captures[report.name] = report.tally
        read = report.tally[.bytes, "read"]
        total = report.total
      }
    }

    /// What the terminal shows.
    ///
    ///     1,234,567 packets  812.3 MB  98,765 records  1,034,000 packets/s  42 %  0:07 left
    var line: String {
      let packets = captures.values.reduce(0) { $0 &+ $1[.packets] }
      let bytes = captures.values.reduce(0) { $0 &+ $1[.bytes] }
      let seconds = max(elapsed / .seconds(1), 0.1)
      let rate = UInt64(Double(packets) / seconds)
      var text =
        "\(packets.grouped) packets  \(size(bytes))  \(records.grouped) records  "
        + "\(rate.grouped) packets/s"
      if total > 0, read > 0 {
        let share = min(1, Double(read) / Double(total))
        let left = Int(seconds / share - seconds)
        text +=
          "  \(Int(share * 100)) %  \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
      }
      return text
    }

    private func size(_ bytes: UInt64) -> String {
      let tenths = bytes / 100_000
      return "\((tenths / 10).grouped).\(tenths % 10) MB"
    }
  }
}
