/// Why a resource archive cannot be used: the member, the line, and the reason, as one sentence.
package struct ArchiveFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The member's name; empty when the container itself is at fault.
  package var member: String
  /// Counted from 1; `nil` when no one line is at fault.
  package var line: Int?
  package var reason: String

  package init(_ reason: String, member: String = "", line: Int? = nil) {
    self.reason = reason
    self.member = member
    self.line = line
  }

  package var description: String {
    let place = line.map { "\(member):\($0): " } ?? (member.isEmpty ? "" : "\(member): ")
    return place + reason
  }
}
