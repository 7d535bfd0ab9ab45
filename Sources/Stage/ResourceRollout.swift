import Wire

/// Capture's account of resource archives: which one is in force, which analyzers have it, and how
/// another takes its place between two rounds.
///
/// A round is scored by the archive that was in force when it began, by whichever analyzer gets its
/// parts. So an analyzer takes part once it holds every archive that open rounds may still need, and
/// an archive comes into force once every analyzer holds it.
///
/// No sockets: it is told which process says what, and returns the answers.
package struct ResourceRollout<ID: Hashable & Sendable>: Sendable {
  package typealias Answer = (to: ID, notice: ResourcesNotice)

  private struct Archive {
    /// What analyzers are told: number, formats, digest, version, path.
    var notice: ResourcesNotice
    /// The first round that it scores; `nil` before that has begun.
    var since: UInt64?

    var number: UInt16 { notice.resources.generation }
  }

  /// An archive on its way into force.
  private struct Candidate {
    var archive: Archive
    /// The process that asked for it.
    let requester: ID
    /// The analyzers that have not answered.
    var waiting: Set<ID>
  }

  /// Those that open rounds may need, the last one being in force.
  private var archives: [Archive] = []
  private var candidate: Candidate?
  /// The archives that each analyzer holds; empty for one that has not said what it brings.
  private var holdings: [ID: Set<UInt16>] = [:]
  private var last: UInt16 = 0
  /// The paths of archives that are needed no more, since they were last taken.
  private var released: [String] = []

  package init() {}

  /// What the next round is scored by.
  package var inForce: ResourcesInForce { archives.last?.notice.resources ?? ResourcesInForce() }

  /// What a process is told that only wants to know what is in force; `nil` before anything is.
  package var noticeInForce: ResourcesNotice? {
    guard var notice = archives.last?.notice else { return nil }
    notice.word = .inForce
    return notice
  }

  /// Whether an analyzer holds all that parts given to it may need.
  package func isReady(_ id: ID) -> Bool {
    guard let held = holdings[id], !archives.isEmpty else { return false }
    return archives.allSatisfy { held.contains($0.number) }
  }

  /// A round begins: what it is scored by.
  package mutating func begin(round: UInt64) -> ResourcesInForce {
    if let i = archives.indices.last, archives[i].since == nil { archives[i].since = round }
    return inForce
  }

  /// Lets go of archives that no open round needs; what to tell the analyzers.
  package mutating func settle(oldestOpenRound: UInt64) -> [Answer] {
    guard archives.count > 1, let newest = archives.last, let since = newest.since,
      oldestOpenRound >= since
    else { return [] }
    // Analyzers that are started later begin with the first.
    released += archives.dropLast().filter { $0.number > 1 }.map(\.notice.path)
    archives = [newest]
    var notice = newest.notice
    notice.word = .inForce
    // A later one may be on its way, and held by some already.
    for id in holdings.keys { holdings[id] = holdings[id]?.filter { $0 >= newest.number } }
    return holdings.keys.map { ($0, notice) }
  }

  /// The files of archives that no process needs any more, returned once.
  package mutating func takeReleased() -> [String] {
    defer { released = [] }
    return released
  }

  /// A process has gone.
  package mutating func leave(_ id: ID) -> [Answer] {
    holdings[id] = nil
    guard candidate?.waiting.remove(id) != nil else { return [] }
    return commitIfHeld()
  }

  /// Takes what a process says; returns the answers.
  package mutating func take(_ notice: ResourcesNotice, from id: ID, isAnalyzer: Bool) -> [Answer] {
    switch notice.word {
    case .load: return propose(notice, by: id)
    case .loaded where isAnalyzer:
      return notice.resources.generation == 0
        ? welcome(id, with: notice) : note(notice, loadedBy: id)
    case .failed where isAnalyzer: return fail(notice, at: id)
    case .loaded, .failed, .inForce, .number, .drop: return []
    }
  }

  // MARK: Analyzers that come

  /// An analyzer comes with the archive that it was started with.
  private mutating func welcome(_ id: ID, with notice: ResourcesNotice) -> [Answer] {
    if archives.isEmpty {
      last += 1
      var first = notice
      first.resources.generation = last
      archives = [Archive(notice: first)]
    }
    holdings[id] = holdings[id] ?? []
    var answers: [Answer] = []
    for archive in archives + (candidate.map { [$0.archive] } ?? []) {
      var answer = archive.notice
      let isTheSame = archive.notice.digest == notice.digest && !notice.digest.isEmpty
      // Either way it counts as held once the analyzer says so: parts come from others, and may
      // overtake this answer.
      answer.word = isTheSame ? .number : .load
      if candidate?.archive.number == archive.number { candidate?.waiting.insert(id) }
      answers.append((id, answer))
    }
    return answers
  }

  private mutating func note(_ notice: ResourcesNotice, loadedBy id: ID) -> [Answer] {
    holdings[id, default: []].insert(notice.resources.generation)
    guard candidate?.archive.number == notice.resources.generation,
      candidate?.waiting.remove(id) != nil
    else { return [] }
    if candidate?.archive.notice.digest.isEmpty == true {
      candidate?.archive.notice.digest = notice.digest
      candidate?.archive.notice.version = notice.version
      candidate?.archive.notice.resources = notice.resources
    } else if candidate?.archive.notice.digest != notice.digest {
      return giveUp("its file is not the same for all analyzers")
    }
    return commitIfHeld()
  }

  // MARK: Another archive

  private mutating func propose(_ request: ResourcesNotice, by id: ID) -> [Answer] {
    if archives.isEmpty || holdings.isEmpty {
      return refuse(request, "no analyzer is there that could load it", to: id)
    }
    if candidate != nil { return refuse(request, "another archive is being loaded", to: id) }
    guard last < .max else { return refuse(request, "too many have been loaded", to: id) }
    last += 1
    var notice = ResourcesNotice(.load, ResourcesInForce(generation: last))
    notice.path = request.path
    candidate = Candidate(
      archive: Archive(notice: notice), requester: id, waiting: Set(holdings.keys))
    return holdings.keys.map { ($0, notice) }
  }

  private func refuse(_ request: ResourcesNotice, _ reason: String, to id: ID) -> [Answer] {
    var answer = request
    answer.word = .failed
    answer.reason = reason
    return [(id, answer)]
  }

  /// Puts the candidate in force, from the next round on, when every analyzer has it.
  private mutating func commitIfHeld() -> [Answer] {
    guard let candidate, candidate.waiting.isEmpty, !candidate.archive.notice.digest.isEmpty
    else { return [] }
    self.candidate = nil
    archives.append(candidate.archive)
    var answer = candidate.archive.notice
    answer.word = .inForce
    return [(candidate.requester, answer)]
  }

  private mutating func fail(_ notice: ResourcesNotice, at id: ID) -> [Answer] {
    guard candidate?.archive.number == notice.resources.generation else {
      // It lacks what is in force, and can do nothing here.
      holdings[id] = nil
      return []
    }
    return giveUp(notice.reason)
  }

  private mutating func giveUp(_ reason: String) -> [Answer] {
    guard let candidate else { return [] }
    self.candidate = nil
    released.append(candidate.archive.notice.path)
    var drop = candidate.archive.notice
    drop.word = .drop
    for id in holdings.keys { holdings[id]?.remove(candidate.archive.number) }
    return holdings.keys.map { ($0, drop) }
      + refuse(candidate.archive.notice, reason, to: candidate.requester)
  }
}
