import Bytes
import Packets
import Wire

/// A `Message` type with its static type erased, so that all fit in one table.
package struct Dissector: Sendable {
  package enum Verdict: Equatable, Sendable {
    /// The record's head is written; `missing` bytes of the message were cut off.
    case reported(missing: Int)
    case rejected
  }

  package let profile: Profile
  /// Reads a payload and, where it is the message, writes fingerprint and fields: the record's head.
  package let dissect:
    @Sendable (Span<UInt8>, borrowing Context, inout RecordWriter, inout FingerprintWriter) ->
      Verdict
  /// Whether there is code to read the message; if not, recognising it only keeps others from it.
  package let isPending: Bool

  package init<M: Message & ~Escapable>(_: M.Type) {
    profile = M.profile
    isPending = false
    dissect = { bytes, context, record, fingerprint in
      var input = Reader(bytes)
      guard let message = try? M(&input, in: context) else { return .rejected }
      fingerprint.reset()
      message.fingerprint(into: &fingerprint)
      if let type = fingerprint.type, fingerprint.text.count <= FingerprintWriter.maxLength {
        record.object("fingerprints") { $0.text(type, fingerprint.text.bytes, fact: .fingerprint) }
      }
      message.report(to: &record)
      return .reported(missing: message.missing)
    }
  }

  /// A message that is recognised, so that nothing else is made of it, but not read yet.
  package init(
    pending name: String, over carrier: Profile.Carrier, when signatures: Signature...,
    needs: String? = nil
  ) {
    profile = Profile(pending: name, over: carrier, when: signatures, needs: needs)
    isPending = true
    dissect = { _, _, _, _ in .rejected }
  }
}

extension Profile {
  fileprivate init(
    pending name: String, over carrier: Carrier, when signatures: [Signature], needs: String?
  ) {
    self.name = name
    self.carrier = carrier
    self.signatures = signatures
    key = ""
    summary = "recognised, not read yet"
    specification = ""
    self.needs = needs
  }
}
