import Bytes
import Packets
import Wire

/// A `Message` type with its static type erased, so that all fit in one table.
package struct Dissector: Sendable {
  package enum Verdict: Equatable, Sendable {
    /// The record's head is written; `missing` of the message was cut off.
    case reported(missing: Missing, isSupplementary: Bool)
    /// It is not the message, or too little of it: so many bytes more may show which.
    case rejected(missing: Missing)
  }

  package let profile: Profile
  /// Reads a payload and, where it is the message, writes fingerprint and fields: the record's head.
  package let dissect:
    @Sendable (
      Span<UInt8>, borrowing Context, inout RecordWriter, inout FingerprintWriter, inout Pieces
    ) -> Verdict
  /// Whether segments are kept until the message is whole.
  package let isReassembled: Bool

  package init<M: Message & ~Escapable>(_: M.Type) {
    profile = M.profile
    isReassembled = M.isReassembled
    dissect = { bytes, context, record, fingerprint, pieces in
      var input = Reader(bytes)
      let message: M
      do throws(Malformed) {
        message = try M(&input, in: context)
      } catch {
        if case .short(let missing) = error, M.isReassembled {
          return .rejected(missing: .bytes(missing))
        }
        return .rejected(missing: .nothing)
      }
      if pieces.isWanted { message.tell(&pieces) }
      guard message.isReadable else { return .rejected(missing: message.missing) }
      fingerprint.reset()
      message.fingerprint(into: &fingerprint)
      fingerprint.report(to: &record)
      message.report(to: &record)
      if record.wantsAssessment { message.assess(to: &record) }
      return .reported(missing: message.missing, isSupplementary: message.isSupplementary)
    }
  }
}
