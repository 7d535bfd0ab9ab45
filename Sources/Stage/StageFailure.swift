/// Why a stage cannot go on: one sentence for the person who started it.
package struct StageFailure: Error, CustomStringConvertible {
  package let description: String
  /// The process's exit status.
  package let status: Int32

  package init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }
}
