/// The form of each type's fingerprints in an archive, which must be one: `tls/1`, say.
struct FingerprintForms {
  /// By type, with where it was first seen.
  private var forms: [String: (form: String, source: String)] = [:]

  /// Notes an entry's form; the one that contradicts it, if another was noted for its type.
  ///
  /// An entry that stands for all fingerprints of its form has none of its own.
  mutating func note(_ entry: DatabaseEntry, from source: String = "") -> (
    form: String, source: String
  )? {
    guard !entry.str_repr.hasSuffix("/randomized") else { return nil }
    let form = entry.form
    let type = String(form.prefix { $0 != "/" })
    let other = forms[type] ?? (form, source)
    forms[type] = other
    return other.form == form ? nil : other
  }
}
