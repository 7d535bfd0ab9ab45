import Bytes

/// What an observer asks of the plan of a run, and what capture answers.
///
///     16     17      18           20             28
///     | word | 0     | generation | first packet | text |
///
/// `text`: a length (2) and UTF-8. In a request it has a line for each setting that changes, as in a
/// configuration file; `name=0` gives a flag its default again, `name=` an option. In a refusal it is the
/// reason.
public struct PlanNotice: Equatable, Sendable {
  public enum Word: UInt8, Sendable {
    /// To capture: change these settings.
    case change = 1
    /// From capture: the change is in force from `firstPacket` of the first source on.
    case inForce = 2
    /// From capture: nothing changes, for this reason.
    case refused = 3
  }

  public var word: Word
  public var generation: UInt16 = 0
  public var firstPacket: UInt64 = 0
  public var text = ""

  public init(_ word: Word, text: String = "") {
    self.word = word
    self.text = text
  }

  /// Reads the body of a notice (docs/wire.md, Plan notice).
  ///
  /// - Throws: `Malformed` if it is cut off, the word is unknown, or the text is not UTF-8.
  public init(_ input: inout Reader) throws(Malformed) {
    guard let word = Word(rawValue: try input.u8()) else { throw input.reject() }
    self.word = word
    try input.skip(1)
    generation = try input.u16le()
    firstPacket = try input.u64le()
    text = try input.shortText()
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(word.rawValue)
    buffer.append(0 as UInt8)
    buffer.append(littleEndian: generation)
    buffer.append(littleEndian: firstPacket)
    buffer.append(shortText: text)
  }
}

extension RunPlan {
  /// This plan with the changes that a request asks for, as the next generation; its selection is not
  /// yet looked up.
  ///
  /// - Throws: `UnknownValue` if a setting cannot change while the pipeline runs, a value is not valid, or
  ///   the plan has changed 65,534 times.
  public func changed(by request: String) throws(UnknownValue) -> RunPlan {
    guard generation < .max else {
      throw UnknownValue(setting: "generation", reason: "this run's plan has changed 65,534 times")
    }
    var plan = self
    plan.generation += 1
    for line in request.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let value = parts.count > 1 ? String(parts[1]) : nil
      if let reason = Self.isFixed(name) {
        throw UnknownValue(
          setting: name, reason: "this cannot change while the pipeline runs: \(reason)")
      }
      if value == "0" || value == "" { plan.remove(name) } else { plan.set(Setting(name, value)) }
    }
    try plan.check()
    return plan
  }
}
