import Bytes

/// The name of a message that a line makes records of.
public struct MessageName: Equatable, Sendable {
  /// As `--select` takes it: `tls.client_hello`.
  public let text: String
  /// Whether the name of its protocol does not select it.
  public let isOnlyByItself: Bool

  /// That of records of data which nothing selected was found in.
  public static let nonselected = MessageName("nonselected", isOnlyByItself: true)

  public init(_ text: String, isOnlyByItself: Bool = false) {
    self.text = text
    self.isOnlyByItself = isOnlyByItself
  }

  /// Whether selecting `name` selects this message: it is the message's own, or the protocol's.
  fileprivate func isSelected(by name: String) -> Bool {
    text == name || !isOnlyByItself && text.hasPrefix("\(name).")
  }
}

/// Which of a line's messages are wanted.
public struct MessageChoice: Equatable, Sendable {
  /// A name that none of the plan's messages is selected by, with all that they are.
  public struct UnknownName: Error, Equatable, CustomStringConvertible {
    public let name: String
    public let messages: [String]

    public var description: String {
      """
      "\(name)" selects nothing of this pipeline; its records are of: \
      \(messages.isEmpty ? "nothing" : messages.joined(separator: ", "))
      """
    }
  }

  /// The names of what is wanted; `nil` for everything.
  private let names: [[UInt8]]?

  public static let all = MessageChoice(names: nil)

  private init(names: [[UInt8]]?) { self.names = names }

  /// Chooses these messages.
  public init(of messages: [MessageName]) { names = messages.map { Array($0.text.utf8) } }

  /// Chooses among the messages that a plan makes records of.
  ///
  /// - Throws: `UnknownName` at the first name that selects none of them.
  public init(_ selected: [String], among messages: [MessageName]) throws(UnknownName) {
    var chosen: [MessageName] = []
    for name in selected {
      let found = messages.filter { $0.isSelected(by: name) }
      guard !found.isEmpty else {
        throw UnknownName(name: name, messages: messages.map(\.text))
      }
      chosen += found
    }
    self.init(of: chosen)
  }

  public func includes(_ message: Span<UInt8>) -> Bool {
    guard let names else { return true }
    // By index: without optimisation, going over the elements allocates.
    for i in names.indices {
      let name = names[i]
      if message.equals(name.span) { return true }
    }
    return false
  }
}
