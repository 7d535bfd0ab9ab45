/// What the rest of the system knows about a message before seeing one.
package struct Profile: Sendable {
  package enum Carrier: Sendable { case tcp, udp, ip, link }

  /// `protocol` or `protocol.message`; selecting a name selects all that are under it.
  package let name: String
  package let carrier: Carrier
  /// Any of these suggests the message; reading it decides.
  package let signatures: [Signature]
  /// The top-level key it reports under; empty if its record only tells that it was seen.
  package let key: String
  /// One line for people choosing what to select.
  package let summary: String
  package let specification: String
  /// Selected only when it is named itself, and this name is selected too.
  package let needs: String?

  package init(
    _ name: String, over carrier: Carrier, when signatures: Signature..., key: String,
    summary: String, specification: String, needs: String? = nil
  ) {
    self.name = name
    self.carrier = carrier
    self.signatures = signatures
    self.key = key
    self.summary = summary
    self.specification = specification
    self.needs = needs
  }

  /// The protocol's name: what stands before the first dot.
  package var group: String { String(name.prefix { $0 != "." }) }
}
