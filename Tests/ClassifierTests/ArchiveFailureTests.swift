import Support
import Testing

@testable import Classifier

@Suite(.tags(.unit)) struct ArchiveFailureTests {
  @Test func namesMemberLineAndReason() {
    let failure = ArchiveFailure("no count", member: "fingerprint_db.json", line: 7)
    #expect(failure.description == "fingerprint_db.json:7: no count")
  }
}
