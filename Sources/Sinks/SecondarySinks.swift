import Output
import Stage
import Transport
import Wire

/// The primary sink's links to the secondary sinks; `FanOut` decides what they get.
package struct SecondarySinks: Downstream, ~Copyable {
  /// A class, so that a dictionary can hold it.
  private final class Link {
    var outlet: Outlet
    init(_ outlet: consuming Outlet) { self.outlet = outlet }
  }

  private let me: Hello
  private let context: SocketContext
  private let epoch = Host.newEpoch()
  private var links: [String: Link] = [:]
  private var fanOut: FanOut

  /// Nothing is passed on before `count` secondary sinks are there.
  package init(as me: Hello, expecting count: Int, in context: SocketContext) {
    self.me = me
    self.context = context
    fanOut = FanOut(expecting: count)
  }

  package var sockets: [Socket] { links.values.flatMap { $0.outlet.sockets } }
  package var isEmpty: Bool { fanOut.isEmpty }
  package var areExpected: Bool { fanOut.areExpected }
  package var areDone: Bool { fanOut.areDone }

  package mutating func isHolding() -> Bool {
    if let complaint = fanOut.complaint(at: .now) { Host.report("merc-sink: \(complaint)") }
    return fanOut.isHolding
  }

  /// - Throws: `StageFailure` if one of policy `wait` has gone, or ZeroMQ does not take an endpoint.
  package mutating func follow(_ roster: Roster, after tally: Tally, given: UInt64)
    throws(StageFailure)
  {
    let members = roster.members.filter { $0.stage == .secondarySink && !$0.data.isEmpty }
    for member in members where !fanOut.has(member.place) {
      let link = Link(Outlet(as: me, in: context))
      try link.outlet.follow([member])
      links[member.place] = link
      fanOut.join(
        member.place, name: member.name, policy: member.policy ?? .wait, after: tally,
        given: given, at: .now)
    }
    for place in fanOut.places where !members.contains(where: { $0.place == place }) {
      // Its `bye` may have come already.
      try serve(place)
      try leave(place)
    }
  }

  /// - Throws: `StageFailure` if one of policy `wait` has gone, or one speaks another wire version.
  package mutating func serve() throws(StageFailure) {
    for place in fanOut.places {
      try serve(place)
      if links[place]?.outlet.hasBeenLeft == true { try leave(place) }
    }
  }

  private mutating func serve(_ place: String) throws(StageFailure) {
    guard let link = links[place] else { return }
    try link.outlet.serve()
    fanOut.hear(
      place, hasJoined: link.outlet.hasTakers, hasAcknowledged: !link.outlet.acknowledged.isEmpty,
      heldBytes: link.outlet.heldBytes, at: .now)
  }

  private mutating func leave(_ place: String) throws(StageFailure) {
    let departure = fanOut.leave(place, inOrder: links[place]?.outlet.hasBeenLeft == true)
    drop(place)
    switch departure {
    case .unnoticed: break
    case .told(let sentence): Host.report("merc-sink: \(sentence)")
    case .fatal(let reason): throw StageFailure("merc-sink: \(reason)", status: 70)
    }
  }

  private mutating func drop(_ place: String) {
    guard let link = links.removeValue(forKey: place) else { return }
    for socket in link.outlet.sockets { socket.dropUnsent() }
  }

  package mutating func pass(
    _ batch: borrowing OrderedBatch, _ format: PacketFormat, after tally: Tally, isLast: Bool
  ) {
    var flags: MessageHeader.Flags = isLast ? .last : []
    if format.hasNanoseconds { flags.insert(.nanoseconds) }
    let deliveries = fanOut.pass(
      records: batch.records, packets: batch.packets, after: tally, isLast: isLast, at: .now)
    for delivery in deliveries {
      guard let link = links[delivery.place] else { continue }
      let name = PartName(epoch: epoch, round: delivery.round, index: 0, count: 1)
      var header = PartHeader(
        MessageHeader(.ordered, flags: flags, epoch: epoch), name: name,
        linkType: format.linkType)
      header.time = .max
      let part = link.outlet.blank()
      if delivery.hasRecords {
        batch.write(to: &part.builder, header, delivery.news)
      } else {
        OrderedBatch(by: batch.plan).write(to: &part.builder, header, delivery.news)
      }
      link.outlet.submit(part, name: name)
      fanOut.hear(
        delivery.place, hasJoined: false, hasAcknowledged: false,
        heldBytes: link.outlet.heldBytes, at: .now)
    }
  }

  package mutating func giveUp() {
    for (place, told) in fanOut.giveUp(at: .now) {
      drop(place)
      Host.report("merc-sink: \(told)")
    }
  }

  package func close() {
    for link in links.values { link.outlet.close() }
  }
}
