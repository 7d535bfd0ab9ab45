import Foundation
import Glibc
import Support
import Testing

/// A run of merc during which child processes were killed.
struct KilledRun {
  let place: Scene
  let result: Program.Result
  let kills: Int
  /// The most memory that each child process was seen with, in bytes.
  let peaks: [Int]

  /// Runs merc to its end and kills processes of these names: the first one as soon as there is one, since a
  /// run without a kill shows nothing, the others after random pauses in milliseconds.
  private init(
    _ arguments: [String], killing names: [String], atMost most: Int, pause: ClosedRange<Int>,
    _ random: inout SeededRandom
  ) throws {
    place = try Scene()
    let merc = try place.merc(arguments + ["-v"])
    var kills = 0
    var peaks: [Int32: Int] = [:]
    var next = Date()
    _ = eventually(within: 120) {
      guard merc.isRunning else { return true }
      guard Date() >= next else { return false }
      for id in ProcessTable.children(of: merc.id) {
        peaks[id] = max(peaks[id] ?? 0, ProcessTable.peakMemory(of: id) ?? 0)
      }
      let victims = names.flatMap { ProcessTable.children(of: merc.id, named: $0) }
      if kills < most, let victim = victims.randomElement(using: &random),
        kill(victim, SIGKILL) == 0
      {
        kills += 1
      }
      if kills > 0 { next = Date() + Double(Int.random(in: pause, using: &random)) / 1000 }
      return false
    }
    result = merc.wait(seconds: 5)
    (self.kills, self.peaks) = (kills, Array(peaks.values))
  }

  /// Repeats a run until so many processes have been killed, and checks each.
  static func each(
    _ arguments: [String], killing names: [String], _ wanted: Int, atMost most: Int = 8,
    pause: ClosedRange<Int> = 20...150, _ purpose: String, check: (KilledRun) throws -> Void
  ) throws {
    var random = SeededRandom(purpose)
    var kills = 0
    // Every run in which a worker is seen kills one; a bound keeps a fault from becoming a hang.
    for _ in 0..<100 where kills < wanted {
      let run = try KilledRun(
        arguments, killing: names, atMost: most, pause: pause, &random)
      kills += run.kills
      #expect(run.result.end == .exited(0) && run.result.isExact, "\(run.result.errors)")
      #expect(run.result.ledger("quarantined") == nil)
      #expect(run.place.isLeftClean())
      try check(run)
    }
    #expect(kills >= wanted)
  }
}
