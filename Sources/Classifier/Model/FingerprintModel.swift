import Bytes
import Glibc

/// What is known of all processes that send one fingerprint: a weighted naive Bayes classifier.
///
/// Immutable, and as small as it gets: an archive has tens of thousands of these, with millions
/// of counted values, which are eight bytes each.
struct FingerprintModel: Sendable {
  /// A process that sends the fingerprint.
  struct Process: Sendable {
    let name: StringPool.ID
    let isMalware: Bool
    /// The archive's own attributes, a bit for each of the database's `attributeNames`.
    let attributes: UInt16
    /// The logarithm it starts with before any feature is looked at: at least a tenth.
    let prior: Double
    /// Where its operating systems end among the model's; they begin where those before end.
    let systemsEnd: UInt32
  }

  /// An operating system that a process was seen on, and how often.
  struct SystemCount: Sendable {
    let name: StringPool.ID
    let count: UInt64
  }

  let type: FingerprintType
  /// How often the fingerprint was seen.
  let total: UInt64
  let weights: FeatureWeights
  let processes: [Process]
  let systems: [SystemCount]

  /// By how much seeing a value counts, before the weight: one for each count that occurs.
  private let gains: [Double]
  /// The values of all sections, each sorted; then to each the process and the gain it stands for.
  private let words: [UInt32]
  /// Where each section begins among the values, and the last ends.
  private let bounds: InlineArray<8, UInt32>
  /// How many of a word's low bits are the gain's number; those above are the process's.
  private let gainBits: UInt32

  init(
    type: FingerprintType, total: UInt64, weights: FeatureWeights, processes: [Process],
    systems: [SystemCount], gains: [Double], words: [UInt32], bounds: InlineArray<8, UInt32>,
    gainBits: UInt32
  ) {
    self.type = type
    self.total = total
    self.weights = weights
    self.processes = processes
    self.systems = systems
    self.gains = gains
    self.words = words
    self.bounds = bounds
    self.gainBits = gainBits
  }

  /// The places of a process's operating systems.
  func systems(of process: Int) -> Range<Int> {
    let start = process == 0 ? 0 : processes[process - 1].systemsEnd
    return Int(start)..<Int(processes[process].systemsEnd)
  }

  /// The logarithm of a tenth of a sighting among all: what counts instead of what was never seen.
  static func floor(total: UInt64) -> Double { log(0.1 / Double(total)) }

  /// What a process starts with of which `count` sightings are known.
  static func prior(count: UInt64, total: UInt64, weights: FeatureWeights) -> Double {
    max(log(Double(count) / Double(total)), log(0.1)) + floor(total: total) * weights.sum
  }

  /// By how much a value seen `count` times is likelier than one never seen.
  static func gain(count: UInt64, total: UInt64) -> Double {
    log(Double(count) / Double(total)) - floor(total: total)
  }

  /// Tells of every process that was seen with `value`: its index and by how much that counts.
  @inline(__always)
  func look(up value: UInt32, in section: Section, _ match: (Int, Double) -> Void) {
    var low = Int(bounds[section.rawValue])
    let end = Int(bounds[section.rawValue + 1])
    let all = words.span
    var high = end
    while low < high {
      let middle = (low + high) >> 1
      if all[middle] < value { low = middle + 1 } else { high = middle }
    }
    let offset = all.count / 2
    let mask = (1 as UInt32) << gainBits - 1
    while low < end, all[low] == value {
      let word = all[offset + low]
      match(Int(word >> gainBits), gains[Int(word & mask)])
      low += 1
    }
  }
}
