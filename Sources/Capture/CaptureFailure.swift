/// Why a capture cannot be read, or not further: one sentence that begins with its name.
package struct CaptureFailure: Error, Equatable, CustomStringConvertible {
  /// The capture's path, or `standard input`.
  package let name: String
  package let problem: String
  /// Whether every capture of the interface meets with it, so that one of them says so for all.
  package var isCommon = false

  package var description: String { "\(name): \(problem)" }
}
