/// What a stage does with a part: bytes in, bytes out; no sockets, no clock, no threads.
///
/// So the whole pipeline also runs inside one process, with the same code.
public protocol Step: ~Copyable {
  /// Turns a part into the part of the same name for the next stage.
  ///
  /// A part marked `replay` rebuilds state, one marked `probe` must leave none; what is written
  /// for either is thrown away.
  ///
  /// - Throws: `MessageHeader.Refusal` if the part is of another wire version, malformed, or not for this
  ///   stage.
  mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)

  /// Gives up what is remembered of some slots' packets of a source's run.
  mutating func forget(_ what: Forget, of epoch: UInt32)

  /// Capture has answered this process's hello, perhaps not for the first time.
  mutating func beWelcomed()

  /// Learns the plans that parts name by generation, before any such part.
  mutating func use(_ plans: PlansInForce)

  /// The user wants what was loaded at the start to be loaded again.
  mutating func reload()

  /// Hears what capture says of resource archives.
  mutating func hear(_ notice: ResourcesNotice)

  /// What is to be answered to that, or said unasked, since it was last taken.
  mutating func takeNotices() -> [ResourcesNotice]

  /// Whether packets are remembered from one part to the next.
  var keepsState: Bool { get }

  /// The oldest round of a source's run whose packets are still needed; `UInt64.max` for none.
  func lowWaterMark(of epoch: UInt32) -> UInt64
}

extension Step where Self: ~Copyable {
  public mutating func forget(_ what: Forget, of epoch: UInt32) {}
  public mutating func use(_ plans: PlansInForce) {}
  public mutating func reload() {}
  public mutating func beWelcomed() {}
  public mutating func hear(_ notice: ResourcesNotice) {}
  public mutating func takeNotices() -> [ResourcesNotice] { [] }
  public var keepsState: Bool { false }
  public func lowWaterMark(of epoch: UInt32) -> UInt64 { .max }
}
