import Bytes
import Support
import Testing
import Transport
import Wire

@testable import Stage

/// Workers without processes: they do what parsers do with parts, at random speed, and die.
struct Pool: ~Copyable {
  /// One worker.
  ///
  /// Three packets of a slot in a row are a message, told of with the last of them. What it knows
  /// of a slot is what it was shown since it last was told to forget it, as with real parsers: a
  /// packet shown twice, or one left out, would be taken for something else.
  struct Member {
    let window: Int
    var inbox: [Word] = []
    /// Done, and not yet taken over: what it got, and the low-water mark before it.
    var pending: [(message: Message, lowWaterMark: UInt64)] = []
    var inFlight = 0
    var slots: [Int: Memory] = [:]
    var lastPacket: [Int: UInt64] = [:]

    var lowWaterMark: UInt64 { slots.values.compactMap(\.begun).min() ?? .max }
  }

  /// What a worker is sent.
  enum Word {
    case part(Message)
    case forget(Forget)

    var part: Message? { if case .part(let message) = self { message } else { nil } }
  }

  /// What a worker knows of a slot.
  struct Memory {
    /// The place of the packet it was shown last.
    var last: UInt64
    /// The round in which the message began that is not at its end.
    var begun: UInt64?
  }

  static let messageSize: UInt64 = 3

  let keepsState: Bool
  var random: SeededRandom
  var outbox: Outbox<Int>
  var members: [Int: Member] = [:]
  var poison: Set<UInt64> = []
  private var nextID = 0

  /// What was acknowledged, and what was told of each packet that ends a message.
  private(set) var acknowledged: [PartName: Int] = [:]
  private(set) var delivered: [UInt64: Int] = [:]
  private(set) var wrong: [String] = []
  private(set) var reordered = 0
  private(set) var replays = 0
  private(set) var deaths = 0

  init(
    seed: UInt64, keepsState: Bool, distribution: Outbox<Int>.Distribution = .bySlot, retention: Int
  ) {
    random = SeededRandom(seed: seed)
    self.keepsState = keepsState
    outbox = Outbox<Int>(distribution, retention: retention)
  }

  mutating func join() {
    nextID += 1
    let window = [300, 1000, 4000].randomElement(using: &random) ?? 1000
    members[nextID] = Member(window: window)
    outbox.join(nextID, window: window, keepsState: keepsState)
  }

  mutating func kill(_ id: Int) {
    members[id] = nil
    deaths += 1
    outbox.leave(id)
  }

  /// Whether a worker looks for a packet that kills: who kills it just then, and again and again,
  /// makes the packet look guilty.
  func isProbing(_ id: Int) -> Bool {
    members[id]?.inbox.contains {
      $0.part?.header.message.flags.contains(.probe) == true
    } == true
  }

  var anybody: Int? {
    mutating get { members.keys.sorted().randomElement(using: &random) }
  }

  mutating func pump() {
    var sent: [(Int, Word)] = []
    var isBusy = random.below(4) == 0
    let gone = outbox.pump { [members] id, bytes in
      guard members[id] != nil else { return .gone }
      if isBusy { return .full }
      if let word = Word(bytes) { sent.append((id, word)) }
      isBusy = sent.count % 7 == 6
      return .sent
    }
    if !gone.isEmpty { wrong.append("sent to \(gone), who have gone") }
    for (id, word) in sent { receive(word, id) }
  }

  private mutating func receive(_ word: Word, _ id: Int) {
    guard var member = members[id] else { return }
    if let size = word.part?.size {
      if member.inFlight > 0, member.inFlight + size > member.window {
        wrong.append("window of \(member.window) exceeded: \(member.inFlight) + \(size)")
      }
      member.inFlight += size
    }
    member.inbox.append(word)
    members[id] = member
  }

  /// Lets a worker do the next thing in its inbox; it may die of that.
  mutating func work(_ id: Int) {
    guard var member = members[id], !member.inbox.isEmpty else { return }
    switch member.inbox.removeFirst() {
    case .forget(let what):
      for slot in member.slots.keys where what.slots.contains(slot) { member.slots[slot] = nil }
      members[id] = member
      acknowledge(PartName(epoch: 0, round: 0, index: 0, count: 1), .replay, id)
    case .part(let message): work(on: message, member, id)
    }
  }

  private mutating func work(on message: Message, _ worker: Member, _ id: Int) {
    var member = worker
    let aside = message.header.message.flags.intersection([.replay, .probe])
    if message.items.contains(where: { poison.contains($0.packet) }) { return kill(id) }
    let lowWaterMark = member.lowWaterMark
    if aside != .probe {
      for item in message.items { see(item, message.header, aside == .replay, &member) }
    }
    if aside.isEmpty {
      member.pending.append((message, lowWaterMark))
      members[id] = member
    } else {
      if aside == .replay { replays += 1 }
      member.inFlight -= message.size
      members[id] = member
      acknowledge(message.header.name, aside, id)
    }
  }

  private mutating func see(
    _ item: Item, _ header: PartHeader, _ isReplay: Bool, _ member: inout Member
  ) {
    if !isReplay {
      delivered[item.packet, default: 0] += 1
      if item.packet < member.lastPacket[item.slot, default: 0] { reordered += 1 }
      member.lastPacket[item.slot] = item.packet
    }
    guard keepsState else { return }
    let old = member.slots[item.slot]
    if let old, old.last + 1 != item.place {
      wrong.append("slot \(item.slot): shown \(item.place) after \(old.last)")
    }
    let isFirst = item.place % Self.messageSize == 0
    if !isReplay, !isFirst, old?.begun == nil {
      wrong.append("packet \(item.packet) of slot \(item.slot): the message is not complete")
    }
    let isLast = item.place % Self.messageSize == Self.messageSize - 1
    let begun = isFirst ? header.name.round : old?.begun
    member.slots[item.slot] = Memory(last: item.place, begun: isLast ? nil : begun)
  }

  /// The next stage takes over one of a worker's results, any of them.
  mutating func takeOver(_ id: Int) {
    guard let count = members[id]?.pending.count, count > 0 else { return }
    let i = random.below(count)
    guard let done = members[id]?.pending.remove(at: i) else { return }
    members[id]?.inFlight -= done.message.size
    acknowledge(done.message.header.name, [], id)
  }

  private mutating func acknowledge(_ name: PartName, _ kind: MessageHeader.Flags, _ id: Int) {
    guard let member = members[id] else { return }
    let lowWaterMark = member.pending.map(\.lowWaterMark).reduce(member.lowWaterMark, min)
    let ack = Acknowledgement(name: name, lowWaterMark: keepsState ? lowWaterMark : .max)
    if outbox.acknowledge(ack, kind: kind, by: id) {
      acknowledged[name, default: 0] += 1
    }
  }

  mutating func dismissFinished() {
    for id in members.keys.sorted() where outbox.isDone(id) {
      members[id] = nil
      outbox.remove(id)
    }
  }

  /// Whether nobody has anything to do.
  private var isIdle: Bool {
    outbox.isEmpty
      && outbox.workers.values.allSatisfy { $0.queue.isEmpty && $0.sent.isEmpty }
      && members.values.allSatisfy { $0.inbox.isEmpty && $0.pending.isEmpty }
  }

  /// How many parts are kept that nobody's unfinished message begins in or before.
  var unneeded: Int {
    let lowWaterMark = members.values.map(\.lowWaterMark).min() ?? .max
    return outbox.held.count { $0.name.round < lowWaterMark }
  }

  /// Lets everybody work until all is done, or it is clear that it never will be.
  mutating func finish() -> Bool {
    for _ in 0..<20000 {
      if isIdle { return true }
      if outbox.active.isEmpty { join() }
      pump()
      for id in members.keys.sorted() { work(id) }
      for id in members.keys.sorted() { takeOver(id) }
      dismissFinished()
    }
    return false
  }
}

extension Pool.Word {
  init?(_ bytes: Span<UInt8>) {
    var input = Reader(bytes)
    guard let header = try? MessageHeader(&input) else { return nil }
    if header.kind == .forget {
      guard let what = try? Forget(&input) else { return nil }
      self = .forget(what)
    } else {
      guard let message = Message(bytes) else { return nil }
      self = .part(message)
    }
  }
}
