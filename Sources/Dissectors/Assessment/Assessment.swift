import Wire

extension RecordWriter {
  /// Whether the user wants cryptography assessed at all.
  var wantsAssessment: Bool { !options.isDisjoint(with: .assessments) }

  /// Adds what each policy that the user named makes of a message.
  ///
  /// The two write their object, where they have something to say of such a message, and tell
  /// whether it conforms; if not, it is an attribute of the record too.
  mutating func reportAssessment(
    quantumSafety: (inout RecordWriter) -> Bool,
    nist: (inout RecordWriter) -> Bool = { _ in true }
  ) {
    array("cryptographic_security_assessment") { list in
      if list.wants(.assessesByNISTFirst), !nist(&list) { list.mark(.nistNonConformant) }
      if list.wants(.assessesQuantumSafety), !quantumSafety(&list) {
        list.mark(.cnsaNonConformant)
      }
      if list.wants(.assessesByNIST), !list.wants(.assessesByNISTFirst), !nist(&list) {
        list.mark(.nistNonConformant)
      }
    }
  }
}

/// How many of the algorithms that were offered a policy allows.
struct Allowance {
  private var allowed = 0
  private var refused = 0

  mutating func count(_ isAllowed: Bool) {
    if isAllowed { allowed += 1 } else { refused += 1 }
  }

  var isAll: Bool { refused == 0 }

  /// Where nothing was offered, nothing is wrong.
  var word: StaticString { refused == 0 ? "all" : allowed == 0 ? "none" : "some" }
}
