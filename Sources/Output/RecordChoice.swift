import Wire

/// Which of a line's records and packets a sink writes.
package struct RecordChoice: Equatable, Sendable {
  private let messages: MessageChoice
  private let keepsAllPackets: Bool

  package static let all = RecordChoice(of: .all, keepingAllPackets: true)

  /// Records of these messages and their packets; or all packets there are.
  package init(of messages: MessageChoice, keepingAllPackets: Bool) {
    self.messages = messages
    self.keepsAllPackets = keepingAllPackets
  }

  func includes(_ record: borrowing RecordItem) -> Bool { messages.includes(record.message) }

  func includes(_ packet: borrowing PacketItem) -> Bool {
    keepsAllPackets || !packet.message.isEmpty && messages.includes(packet.message)
  }
}
