import Bytes
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct AssessmentPoliciesTests {
  @Test(arguments: [
    ("default", "quantum_safe,nist_sp_800_52"), ("", "quantum_safe,nist_sp_800_52"),
    ("quantum_safe", "quantum_safe"), ("nist_sp_800_52", "nist_sp_800_52"),
    ("nist_sp_800_52, quantum_safe", "nist_sp_800_52,quantum_safe"),
    ("nist_sp_800_52,default,nist_sp_800_52", "nist_sp_800_52,quantum_safe"),
  ])
  func readsLists(_ list: String, _ policies: String) throws {
    #expect("\(try AssessmentPolicies(parsing: list))" == policies)
  }

  @Test(
    arguments: [
      ("default", [.assessesQuantumSafety, .assessesByNIST]),
      ("quantum_safe", [.assessesQuantumSafety]),
      ("nist_sp_800_52", [.assessesByNIST, .assessesByNISTFirst]),
    ] as [(String, RecordOptions)])
  func saysWhatToWrite(_ list: String, _ options: RecordOptions) throws {
    #expect(try AssessmentPolicies(parsing: list).options == options)
  }

  @Test(arguments: ["bogus", "quantum_safe,nist", "QUANTUM_SAFE"])
  func listsTheValidOnes(_ list: String) {
    let error = #expect(throws: AssessmentPolicies.UnknownPolicy.self) {
      try AssessmentPolicies(parsing: list)
    }
    #expect(error?.description.contains("default, quantum_safe, nist_sp_800_52.") == true)
  }

  @Test func repeatsAnAnalysisWithOneMore() throws {
    let once = analysis(of: .cnsaNonConformant)
    #expect(
      try repeated(once, with: .residentialProxy)
        == analysis(of: [.residentialProxy, .cnsaNonConformant]))
    #expect(try repeated([], with: .cnsaNonConformant) == once)
    // Up to the array that is added to.
    for length in 1..<38 {
      let cut = [UInt8](once.prefix(length))
      #expect(throws: Malformed.self) { try repeated(cut, with: .residentialProxy) }
    }
  }

  private func analysis(of attributes: Attributes) -> [UInt8] {
    var record = RecordWriter()
    record.object { $0.reportAnalysis(of: attributes) }
    return [UInt8](copying: record.buffer.bytes)
  }

  private func repeated(_ section: [UInt8], with attribute: Attributes) throws -> [UInt8] {
    var record = RecordWriter()
    try record.repeatAnalysis(section.span, withFirst: attribute)
    return [UInt8](copying: record.buffer.bytes)
  }
}
