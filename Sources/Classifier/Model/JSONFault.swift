/// Why a text is not JSON (RFC 8259): what is wrong, and at which byte, counted from 1.
package struct JSONFault: Error, Equatable, CustomStringConvertible {
  let byte: Int
  let what: StaticString

  package static func == (a: JSONFault, b: JSONFault) -> Bool {
    a.byte == b.byte && a.description == b.description
  }

  package var description: String { "is not JSON: \(what) at byte \(byte)" }
}
