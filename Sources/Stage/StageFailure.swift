/// Why a stage cannot go on: one sentence for the user.
package struct StageFailure: Error, CustomStringConvertible {
  package let description: String
  /// The process's exit status.
  package let status: Int32

  /// The exit status of a process that was left alone: `merc` or merc-capture has gone.
  package static let deserted: Int32 = 75

  package init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }
}
