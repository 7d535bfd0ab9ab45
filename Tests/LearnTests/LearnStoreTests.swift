import Support
import Testing

@testable import Learn

/// What a store holds of what was learnt.
@Suite(.tags(.unit)) struct LearnStoreTests {
  private func contents(
    _ store: LearnStore, label: (String, String) -> String = { process, _ in process }
  ) throws -> [String: [LearnStore.Entry]] {
    var found: [String: [LearnStore.Entry]] = [:]
    try store.forEachFingerprint(label: label) { found[$0] = $1 }
    return found
  }

  @Test func countsWhatProcessesSendWhereTo() throws {
    let store = try Learnt.store([
      Learnt.message("a"), Learnt.message("a", address: "192.0.2.1"),
      Learnt.message("a", userAgent: "x/1"), Learnt.message("b", serverName: "None"),
    ])
    let entries = try #require(try contents(store).values.first)
    #expect(entries.map(\.label) == ["a", "b"])
    #expect(entries.map(\.count) == [3, 1])
    #expect(entries[0].hash == "AA")
    #expect(
      entries[0].values == [
        .address: ["198.51.100.7": 2, "192.0.2.1": 1], .port: ["443": 3],
        .serverName: ["www.example.com": 3], .userAgent: ["x/1": 1], .os: ["Linux #1": 3],
      ])
    #expect(entries[1].values[.serverName] == ["None": 1])
  }

  @Test func processesOfOneLabelAreOne() throws {
    let store = try Learnt.store([
      Learnt.message("a", hash: "BB"), Learnt.message("a", hash: "AA"),
      Learnt.message("a", parent: "cron"),
    ])
    let entries = try #require(try contents(store).values.first)
    #expect(entries.map(\.count) == [3])
    let apart = try #require(try contents(store) { "(\($1))(\($0))" }.values.first)
    #expect(apart.map(\.label) == ["(cron)(a)", "(shell)(a)"])
    #expect(apart.map(\.count) == [1, 2])
    // The same one whatever came first.
    #expect(apart[1].hash == "AA")
  }

  @Test func aStoreIsAddedToWhenItIsOpenedAgain() throws {
    let directory = try ScratchDirectory()
    let path = directory.path + "/learnt.sqlite"
    for _ in 0..<3 {
      let store = try LearnStore(path: path)
      try store.add(Learnt.message("a"), at: 1)
      try store.flush()
    }
    let store = try LearnStore(path: path)
    let entries = try #require(try contents(store).values.first)
    #expect(entries.map(\.count) == [3])
    #expect(entries[0].values[.port] == ["443": 3])
  }

  @Test func storesAddUp() throws {
    let directory = try ScratchDirectory()
    let path = directory.path + "/other.sqlite"
    let other = try LearnStore(path: path)
    try other.add(Learnt.message("a"), at: 1)
    try other.add(Learnt.message("b"), at: 1)
    try other.flush()
    let store = try Learnt.store([Learnt.message("a")])
    try store.add(storeAt: path)
    let entries = try #require(try contents(store).values.first)
    #expect(entries.map(\.label) == ["a", "b"])
    #expect(entries.map(\.count) == [2, 1])
    #expect(entries[0].values[.address] == ["198.51.100.7": 2])
  }

  @Test func whatIsNoStoreIsRefusedWithItsName() throws {
    let file = try ScratchFile(Array("nothing of the kind, but long enough for one".utf8))
    let failure = #expect(throws: LearnFailure.self) { try LearnStore(path: file.path) }
    #expect(failure?.description.hasPrefix(file.path) == true)
    let store = try Learnt.store([])
    #expect(throws: LearnFailure.self) { try store.add(storeAt: file.path) }
  }

  @Test func moreThanIsKeptInMemoryIsCountedToo() throws {
    let store = try LearnStore(path: nil)
    let count = LearnStore.maxPending + 100
    for i in 0..<count { try store.add(Learnt.message("a", address: "host \(i)"), at: 1) }
    let entries = try #require(try contents(store).values.first)
    #expect(entries[0].count == Int64(count))
    #expect(entries[0].values[.address]?.count == count)
    #expect(entries[0].values[.port] == ["443": Int64(count)])
  }
}
