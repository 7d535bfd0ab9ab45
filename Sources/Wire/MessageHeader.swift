import Bytes

/// The first sixteen bytes of every message, on links and taps alike; all integers little-endian.
///
///      0       4   5   6       8           12          16
///     | m e r c | v | k | flags | source     | epoch     |
public struct MessageHeader: Equatable, Sendable {
  /// The version of everything in `docs/wire.md`; a peer of another version is refused.
  public static let version: UInt8 = 5
  public static let size = 16
  static let magic: UInt32 = 0x6372_656d

  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A process presents itself, or is welcomed.
    case hello = 1
    /// A process is told to go away, and why.
    case refused = 2
    /// A part of packets.
    case frames = 3
    /// A part of records.
    case records = 4
    /// A part of records that the analyzer has been over.
    case analyzed = 5
    /// A part has been acknowledged.
    case ack = 6
    /// The orderly end.
    case bye = 7
    /// Nothing but a sign of life.
    case ping = 8
    /// The processes of the pipeline, and the plan of the run.
    case roster = 9
    /// What has been counted so far.
    case ledger = 10
    /// A tap's subscriber missed this many messages.
    case gap = 11
    /// The sender is not known (any more): it is to say hello again.
    case stranger = 12
    /// A worker's memory of some flows is no longer theirs.
    case forget = 13
    /// Something about resource archives.
    case resources = 14
    /// A part of records that are in their final order, for a secondary sink.
    case ordered = 15
    /// A change of the run's plan is asked for, or answered.
    case plan = 16

    /// Whether what follows the header is a part, of packets or records.
    public var isPart: Bool {
      switch self {
      case .frames, .records, .analyzed, .ordered: true
      default: false
      }
    }
  }

  public struct Flags: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Rebuild state from this part; its records went out before.
    public static let replay = Self(rawValue: 1)
    /// Try this part and say whether you survived; its records are not wanted.
    public static let probe = Self(rawValue: 2)
    /// The source ends with this round.
    public static let last = Self(rawValue: 4)
    /// With a bye: the pipeline has failed; do not wait for anything.
    public static let failed = Self(rawValue: 8)
    /// With a failed bye: the reader of the output wants no more of it, and all is well.
    public static let enough = Self(rawValue: 16)
    /// With a part: times are finer than microseconds.
    public static let nanoseconds = Self(rawValue: 32)
  }

  public var kind: Kind
  public var flags: Flags
  /// Which capture process the message is about.
  public var source: UInt32
  /// Which run of that source: two runs never share one.
  public var epoch: UInt32

  public init(_ kind: Kind, flags: Flags = [], source: UInt32 = 0, epoch: UInt32 = 0) {
    self.kind = kind
    self.flags = flags
    self.source = source
    self.epoch = epoch
  }

  /// Why a message could not be read.
  public enum Refusal: Error, Equatable {
    /// It is of this version, which is not that of this process.
    case version(UInt8)
    /// It is no message of merc's, or one of a kind that is not known.
    case malformed
  }

  /// Reads the header that every message begins with (docs/wire.md, Header).
  ///
  /// - Throws: `Refusal`: `version` if the message is of another wire version, `malformed` if it is cut off,
  ///   lacks the magic number, or is of an unknown kind.
  public init(_ input: inout Reader) throws(Refusal) {
    guard let bytes = try? input.take(Self.size), bytes.u32(at: 0).byteSwapped == Self.magic
    else { throw .malformed }
    guard bytes[4] == Self.version else { throw .version(bytes[4]) }
    guard let kind = Kind(rawValue: bytes[5]) else { throw .malformed }
    self.kind = kind
    flags = Flags(rawValue: bytes.u16(at: 6).byteSwapped)
    source = bytes.u32(at: 8).byteSwapped
    epoch = bytes.u32(at: 12).byteSwapped
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: Self.magic)
    buffer.append(Self.version)
    buffer.append(kind.rawValue)
    buffer.append(littleEndian: flags.rawValue)
    buffer.append(littleEndian: source)
    buffer.append(littleEndian: epoch)
  }
}
