/// Why a text is not JSON (RFC 8259): what is wrong, and at which byte, counted from 1.
struct JSONFault: Error, Equatable {
  let byte: Int
  let what: StaticString

  static func == (a: JSONFault, b: JSONFault) -> Bool {
    a.byte == b.byte && a.description == b.description
  }

  var description: String { "is not JSON: \(what) at byte \(byte)" }
}
