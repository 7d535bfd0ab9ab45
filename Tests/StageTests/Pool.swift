import Bytes
import Support
import Testing
import Transport
import Wire

@testable import Stage

/// Workers without processes: they do what parsers do with parts, at random speed, and die.
struct Pool {
  /// One worker.
  ///
  /// Three packets of a slot in a row are a message, told of with the last of them.
  struct Member {
    let window: Int
    var inbox: [Message] = []
    /// Done, and not yet taken over: what it got, and the floor before it.
    var pending: [(message: Message, floor: UInt64)] = []
    var inFlight = 0
    /// The places seen of messages, by slot and message, and since when.
    ///
    /// Complete ones are remembered: who had a slot before may be shown again what it has seen,
    /// in part.
    var seen: [Key: (places: Set<UInt64>, round: UInt64)] = [:]
    var lastPacket: [Int: UInt64] = [:]

    var floor: UInt64 {
      seen.values.reduce(.max) {
        $1.places.count == Int(Pool.messageSize) ? $0 : min($0, $1.round)
      }
    }
  }

  struct Key: Hashable {
    let slot: Int
    let message: UInt64
  }

  static let messageSize: UInt64 = 3

  let keepsState: Bool
  var random: SeededRandom
  var outbox: Outbox<Int>
  var members: [Int: Member] = [:]
  var poison: Set<UInt64> = []
  private var nextID = 0

  /// What was acknowledged, and what was told of each packet that ends a message.
  private(set) var takenOver: [PartName: Int] = [:]
  private(set) var delivered: [UInt64: Int] = [:]
  private(set) var wrong: [String] = []
  private(set) var reordered = 0
  private(set) var replays = 0
  private(set) var deaths = 0

  init(seed: UInt64, keepsState: Bool, dealing: Outbox<Int>.Dealing = .bySlot, retention: Int) {
    random = SeededRandom(seed: seed)
    self.keepsState = keepsState
    outbox = Outbox<Int>(dealing, retention: retention)
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
    members[id]?.inbox.contains { $0.header.message.flags.contains(.probe) } == true
  }

  var anybody: Int? {
    mutating get { members.keys.sorted().randomElement(using: &random) }
  }

  mutating func pump() {
    var sent: [(Int, Message)] = []
    var isBusy = random.below(4) == 0
    let gone = outbox.pump { [members] id, bytes in
      guard members[id] != nil else { return .gone }
      if isBusy { return .full }
      if let message = Message(bytes) { sent.append((id, message)) }
      isBusy = sent.count % 7 == 6
      return .sent
    }
    if !gone.isEmpty { wrong.append("sent to \(gone), who have gone") }
    for (id, message) in sent { receive(message, id) }
  }

  private mutating func receive(_ message: Message, _ id: Int) {
    guard var member = members[id] else { return }
    if member.inFlight > 0, member.inFlight + message.size > member.window {
      wrong.append("window of \(member.window) exceeded: \(member.inFlight) + \(message.size)")
    }
    member.inFlight += message.size
    member.inbox.append(message)
    members[id] = member
  }

  /// Lets a worker do the next thing in its inbox; it may die of that.
  mutating func work(_ id: Int) {
    guard var member = members[id], !member.inbox.isEmpty else { return }
    let message = member.inbox.removeFirst()
    let aside = message.header.message.flags.intersection([.replay, .probe])
    if message.items.contains(where: { poison.contains($0.packet) }) { return kill(id) }
    let floor = member.floor
    if aside != .probe {
      for item in message.items { see(item, message.header, aside == .replay, &member) }
    }
    if aside.isEmpty {
      member.pending.append((message, floor))
      members[id] = member
    } else {
      if aside == .replay { replays += 1 }
      member.inFlight -= message.size
      members[id] = member
      acknowledge(message, aside, id)
    }
  }

  private mutating func see(
    _ item: Item, _ header: PartHeader, _ isReplay: Bool, _ member: inout Member
  ) {
    let key = Key(slot: item.slot, message: item.place / Self.messageSize)
    var state = member.seen[key] ?? ([], header.name.round)
    if !isReplay {
      delivered[item.packet, default: 0] += 1
      if item.packet < member.lastPacket[item.slot, default: 0] { reordered += 1 }
      member.lastPacket[item.slot] = item.packet
      let before = Set(key.message * Self.messageSize..<item.place)
      if keepsState, !before.isSubset(of: state.places) {
        wrong.append("packet \(item.packet) of slot \(item.slot): the message is not complete")
      }
    }
    guard keepsState else { return }
    state.places.insert(item.place)
    member.seen[key] = state
  }

  /// The next stage takes over one of a worker's results, any of them.
  mutating func takeOver(_ id: Int) {
    guard let count = members[id]?.pending.count, count > 0 else { return }
    let i = random.below(count)
    guard let done = members[id]?.pending.remove(at: i) else { return }
    members[id]?.inFlight -= done.message.size
    acknowledge(done.message, [], id)
  }

  private mutating func acknowledge(_ message: Message, _ kind: MessageHeader.Flags, _ id: Int) {
    guard let member = members[id] else { return }
    let floor = member.pending.map(\.floor).reduce(member.floor, min)
    let ack = Acknowledgement(name: message.header.name, floor: keepsState ? floor : .max)
    if outbox.acknowledge(ack, kind: kind, by: id) {
      takenOver[message.header.name, default: 0] += 1
    }
  }

  mutating func dismissFinished() {
    for id in members.keys.sorted() where outbox.isDone(id) {
      members[id] = nil
      outbox.remove(id)
    }
  }

  /// Lets everybody work until all is done, or it is clear that it never will be.
  mutating func finish() -> Bool {
    for _ in 0..<20000 {
      if outbox.isEmpty { return true }
      if outbox.active.isEmpty { join() }
      pump()
      for id in members.keys.sorted() { work(id) }
      for id in members.keys.sorted() { takeOver(id) }
      dismissFinished()
    }
    return false
  }
}
