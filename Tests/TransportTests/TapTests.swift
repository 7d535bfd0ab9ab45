import Bytes
import Foundation
import Support
import Testing
import Transport
import Wire

/// What a tap promises to those who listen, and to those who must not notice.
@Suite(.tags(.unit), .serialized) struct TapTests {
  /// A tap, somebody who listens to records, gaps and goodbyes, and an endpoint of their own.
  private struct Pair: ~Copyable {
    var tap: Tap
    let listener: Socket
    private var frame = Frame()

    init(queue: Int = 64) throws {
      let endpoint = "ipc:///tmp/merc-tap-test-\(UInt64.random(in: 0 ... .max))"
      let context = try SocketContext()
      let tap = try Tap(binding: endpoint, in: context)
      let listener = try Socket(.subscriber, queue: queue, in: context)
      for kind in [MessageHeader.Kind.records, .gap, .bye] {
        let topic = Tap.topic(kind)
        try listener.subscribe(to: topic.span)
      }
      try listener.connect(endpoint)
      self.listener = listener
      self.tap = tap
    }

    /// Waits until the tap knows of the listener.
    mutating func settle() -> Bool {
      for _ in 0..<400 {
        _ = poll([tap.socket], milliseconds: 10)
        tap.updateSubscriptions()
        if tap.wants(.records), tap.wants(.gap), tap.wants(.bye) { return true }
      }
      return false
    }

    mutating func publish(_ kind: MessageHeader.Kind, number: UInt64, size: Int = 0) {
      var message = Buffer()
      MessageHeader(kind).write(to: &message)
      message.append(littleEndian: number)
      let filling = [UInt8](repeating: 0, count: size)
      message.append(filling.span)
      tap.publish(message.bytes)
    }

    /// The kinds and numbers of the messages that arrive up to this one, or until none comes for so long.
    mutating func heard(
      through last: UInt64, milliseconds: Int = 5000
    ) -> [(kind: MessageHeader.Kind, number: UInt64)] {
      var heard: [(MessageHeader.Kind, UInt64)] = []
      while heard.last?.1 != last, poll([listener], milliseconds: milliseconds) != 0 {
        while listener.receive(into: &frame) {
          var input = Reader(frame.bytes)
          guard let header = try? MessageHeader(&input) else { continue }
          heard.append((header.kind, (try? input.u64le()) ?? 0))
        }
      }
      return heard
    }
  }

  @Test func nobodyIsWantedUntilSomebodyListens() throws {
    var pair = try Pair()
    let before = MessageHeader.Kind.allCases.contains { pair.tap.wants($0) }
    #expect(!before)
    let isSettled = pair.settle()
    #expect(isSettled)
    let wanted = MessageHeader.Kind.allCases.filter { pair.tap.wants($0) }
    #expect(wanted == [.records, .bye, .gap])
  }

  @Test func listenersGetTheirKindsInOrder() throws {
    var pair = try Pair()
    let isSettled = pair.settle()
    #expect(isSettled)
    for number in 1...20 as ClosedRange<UInt64> {
      pair.publish(number % 4 == 0 ? .frames : .records, number: number)
    }
    let heard = pair.heard(through: 19)
    #expect(heard.map(\.number) == (1...20).filter { $0 % 4 != 0 })
    #expect(heard.allSatisfy { $0.kind == .records })
  }

  /// Every message is either heard or counted in a gap that stands where it is missing, and
  /// publishing never waits.
  @Test func slowListenersAreToldWhatTheyMissed() throws {
    var pair = try Pair(queue: 4)
    let isSettled = pair.settle()
    #expect(isSettled)
    // Nobody takes anything meanwhile: waiting would be for ever.
    for number in 1...1000 as ClosedRange<UInt64> {
      pair.publish(.records, number: number, size: 64 << 10)
    }
    // When there is room again, a message is passed on, and a gap before it.
    var (heard, last) = (pair.heard(through: 1000, milliseconds: 10), 1000 as UInt64)
    while last < 2000, heard.last?.kind != .records || heard.last?.number != last {
      last += 1
      pair.publish(.records, number: last)
      heard += pair.heard(through: last, milliseconds: 10)
    }
    var next: UInt64 = 1
    var gaps = 0
    for message in heard {
      if message.kind == .gap {
        gaps += 1
        next += message.number
      } else {
        #expect(message.number == next)
        next += 1
      }
    }
    #expect(next == last + 1 && last > 1000)
    #expect(gaps > 0)
  }

  @Test func theLastMessageIsGoodbye() throws {
    let endpoint = "ipc:///tmp/merc-tap-test-\(UInt64.random(in: 0 ... .max))"
    let context = try SocketContext()
    let listener = try Socket(.subscriber, queue: 4, in: context)
    let topic = Tap.topic(.bye)
    try listener.subscribe(to: topic.span)
    try listener.connect(endpoint)
    do {
      var tap = try Tap(binding: endpoint, in: context)
      var tries = 0
      while !tap.wants(.bye), tries < 400 {
        _ = poll([tap.socket], milliseconds: 10)
        tap.updateSubscriptions()
        tries += 1
      }
      #expect(tries < 400)
    }
    var frame = Frame()
    let isThere = poll([listener], milliseconds: 5000) != 0 && listener.receive(into: &frame)
    #expect(isThere)
    var input = Reader(frame.bytes)
    #expect(try MessageHeader(&input).kind == .bye)
  }
}
