/// Why a capture cannot be read, or not further: one sentence that begins with its name.
package struct CaptureFailure: Error, Equatable, CustomStringConvertible {
  /// The capture's path, or `standard input`.
  package let name: String
  package let problem: String

  package var description: String { "\(name): \(problem)" }
}
