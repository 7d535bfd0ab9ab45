import Bytes

/// One record: a fixed head, then CBOR maps whose members are printed one after the other.
///
///      0        4       5          6             8                  10           12
///     | length | flags | protocol | source port | destination port | attributes |
///     12              20        28               44                    60
///     | packet number | time ns | source address | destination address |
///     60                   68                   76                   84       88         92
///     | fingerprint place | server name place  | user agent place   | head   | notes    |
///     92         96      100       104
///     | analysis | later | message | (client random) | (labels place) | (fingerprints place) |
///     | message | head | notes | analysis | later | tail
///
/// `length` counts the whole item; `head` to `message` (and, to the end, the tail) are the lengths of what
/// follows: maps, of which a length of 0 stands for one without members, the notes, which are bytes that the
/// analyzer needs and the head does not show, and the message's name. A place is an offset from the beginning
/// of the head, and a length.
///
/// An analysis that depends on whether the fingerprint was seen before, in the order of packets, is written
/// twice: `analysis` for the first time, `later` for any other; the sink chooses.
public struct RecordItem: ~Escapable {
  public static let headSize = 104

  public let packet: UInt64
  public let time: UInt64
  /// `nil` for a record of the link layer.
  public let flow: Flow?
  public let facts: Facts
  /// What can be selected to get such records: `tls.client_hello`.
  public let message: Span<UInt8>
  public let head: Span<UInt8>
  public let notes: Span<UInt8>
  public let analysis: Span<UInt8>
  /// `nil` where the analysis does not depend on what came before.
  public let later: Span<UInt8>?
  public let tail: Span<UInt8>

  @_lifetime(copy message, copy head, copy notes, copy analysis, copy later, copy tail)
  public init(
    packet: UInt64, time: UInt64, flow: Flow?, facts: Facts, message: Span<UInt8>,
    head: Span<UInt8>,
    notes: Span<UInt8>, analysis: Span<UInt8>, later: Span<UInt8>? = nil, tail: Span<UInt8>
  ) {
    self.packet = packet
    self.time = time
    self.flow = flow
    self.facts = facts
    self.message = message
    self.head = head
    self.notes = notes
    self.analysis = analysis
    self.later = later
    self.tail = tail
  }

  /// Reads an item (docs/wire.md, Record item).
  ///
  /// - Throws: `Malformed` if what comes next is no record item, or a length reaches past its end.
  @_lifetime(copy input)
  public init(_ input: inout Reader) throws(Malformed) {
    var look = input
    let length = Int(try look.u32le())
    guard length >= Self.headSize, !PacketItem.isNext(in: input) else { throw input.reject() }
    let item = try input.take(length)
    // Of constant length: what is read of it is not checked again.
    let fixed = item.extracting(first: Self.headSize)
    let flags = Flags(rawValue: fixed[4])
    packet = fixed.u64(at: 12).byteSwapped
    time = fixed.u64(at: 20).byteSwapped
    if flags.contains(.hasFlow) {
      var flow = Flow()
      flow.ipProtocol = fixed[5]
      flow.sourcePort = fixed.u16(at: 6).byteSwapped
      flow.destinationPort = fixed.u16(at: 8).byteSwapped
      flow.source = fixed.u128(at: 28)
      flow.destination = fixed.u128(at: 44)
      flow.isIPv6 = flags.contains(.isIPv6)
      self.flow = flow
    } else {
      flow = nil
    }
    var facts = Facts()
    facts.attributes = Attributes(rawValue: fixed.u16(at: 10).byteSwapped)
    facts.fingerprint = Fact.Place(fixed, at: 60)
    facts.serverName = Fact.Place(fixed, at: 68)
    facts.userAgent = Fact.Place(fixed, at: 76)
    var sections = Reader(item.extracting(droppingFirst: Self.headSize), isBody: true)
    if flags.contains(.hasClientRandom) {
      facts.clientRandom = ClientRandom(try sections.take(ClientRandom.size))
    }
    if flags.contains(.hasLabels) {
      facts.labels = Fact.Place(try sections.take(Fact.Place.size), at: 0)
    }
    if flags.contains(.hasFingerprints) {
      facts.fingerprints = Fact.Place(try sections.take(Fact.Place.size), at: 0)
    }
    message = try sections.take(Int(fixed.u32(at: 100).byteSwapped))
    head = try sections.take(Int(fixed.u32(at: 84).byteSwapped))
    notes = try sections.take(Int(fixed.u32(at: 88).byteSwapped))
    analysis = try sections.take(Int(fixed.u32(at: 92).byteSwapped))
    let later = try sections.take(Int(fixed.u32(at: 96).byteSwapped))
    self.later = flags.contains(.dependsOnOrder) ? later : nil
    tail = sections.rest
    guard facts.fingerprint.isWithin(head.count, notes.count),
      facts.serverName.isWithin(head.count, notes.count),
      facts.userAgent.isWithin(head.count, notes.count),
      facts.labels.isWithin(head.count, notes.count),
      facts.fingerprints.isWithin(head.count, notes.count)
    else { throw input.reject() }
    self.facts = facts
  }

  /// The packet number of an item, a record or a packet, that is known to be whole.
  static func packet(of item: Span<UInt8>) -> UInt64 { item.u64(at: 12).byteSwapped }

  struct Flags: OptionSet {
    let rawValue: UInt8
    static let hasFlow = Self(rawValue: 1)
    static let isIPv6 = Self(rawValue: 2)
    static let hasClientRandom = Self(rawValue: 4)
    static let dependsOnOrder = Self(rawValue: 8)
    static let hasLabels = Self(rawValue: 32)
    static let hasFingerprints = Self(rawValue: 64)
  }

  public func write(to buffer: inout Buffer) {
    write(to: &buffer, analysis: analysis, later: later)
  }

  /// Writes the record with another analysis.
  public func write(to buffer: inout Buffer, analysis: Span<UInt8>, later: Span<UInt8>?) {
    let hasLabels = facts.labels.count > 0
    let hasFingerprints = facts.fingerprints.count > 0
    let optionalSize =
      (facts.clientRandom == nil ? 0 : ClientRandom.size) + (hasLabels ? Fact.Place.size : 0)
      + (hasFingerprints ? Fact.Place.size : 0)
    let length =
      Self.headSize + optionalSize + message.count + head.count + notes.count + analysis.count
      + (later?.count ?? 0) + tail.count
    var flags: Flags = flow == nil ? [] : .hasFlow
    if flow?.isIPv6 == true { flags.insert(.isIPv6) }
    if facts.clientRandom != nil { flags.insert(.hasClientRandom) }
    if later != nil { flags.insert(.dependsOnOrder) }
    if hasLabels { flags.insert(.hasLabels) }
    if hasFingerprints { flags.insert(.hasFingerprints) }
    let flow = flow ?? Flow()
    buffer.append(littleEndian: UInt32(length))
    buffer.append(flags.rawValue)
    buffer.append(flow.ipProtocol)
    buffer.append(littleEndian: flow.sourcePort)
    buffer.append(littleEndian: flow.destinationPort)
    buffer.append(littleEndian: facts.attributes.rawValue)
    buffer.append(littleEndian: packet)
    buffer.append(littleEndian: time)
    buffer.append(bigEndian: flow.source)
    buffer.append(bigEndian: flow.destination)
    facts.fingerprint.write(to: &buffer, behind: head.count)
    facts.serverName.write(to: &buffer, behind: head.count)
    facts.userAgent.write(to: &buffer, behind: head.count)
    buffer.append(littleEndian: UInt32(head.count))
    buffer.append(littleEndian: UInt32(notes.count))
    buffer.append(littleEndian: UInt32(analysis.count))
    buffer.append(littleEndian: UInt32(later?.count ?? 0))
    buffer.append(littleEndian: UInt32(message.count))
    facts.clientRandom?.write(to: &buffer)
    if hasLabels { facts.labels.write(to: &buffer, behind: head.count) }
    if hasFingerprints { facts.fingerprints.write(to: &buffer, behind: head.count) }
    buffer.append(message)
    buffer.append(head)
    buffer.append(notes)
    buffer.append(analysis)
    if let later { buffer.append(later) }
    buffer.append(tail)
  }

  /// The bytes of a fact; empty where the record lacks it.
  @_lifetime(copy self)
  public func bytes(of fact: Fact) -> Span<UInt8> { bytes(at: facts[fact]) }

  /// The names that devices give themselves, where the record has some.
  public var labels: Labels {
    @_lifetime(copy self) get { Labels(bytes(at: facts.labels)) }
  }

  @_lifetime(copy self)
  func bytes(at place: Fact.Place) -> Span<UInt8> {
    let start = Int(place.offset)
    guard start >= head.count else { return head.extracting(start..<start + Int(place.count)) }
    return notes.extracting(start - head.count..<start - head.count + Int(place.count))
  }
}

extension Fact.Place {
  fileprivate static let size = 8

  @inline(__always)
  fileprivate init(_ item: Span<UInt8>, at offset: Int) {
    self.init(
      offset: item.u32(at: offset).byteSwapped, count: item.u32(at: offset + 4).byteSwapped)
  }

  private var end: Int { Int(offset) + Int(count) }

  /// Whether all of it is in a head of `head` bytes, or in the `notes` bytes behind that.
  fileprivate func isWithin(_ head: Int, _ notes: Int) -> Bool {
    end <= head || Int(offset) >= head && end <= head + notes
  }

  fileprivate func write(to buffer: inout Buffer, behind head: Int) {
    buffer.append(littleEndian: isNoted ? offset + UInt32(head) : offset)
    buffer.append(littleEndian: count)
  }
}
