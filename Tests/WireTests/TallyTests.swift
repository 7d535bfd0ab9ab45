import Bytes
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct TallyTests {
  @Test func sumsThatDoNotFitStayAtTheLargestNumber() {
    var tally = Tally()
    tally.add(UInt64.max - 1, .records, "a")
    tally.add(7, .records, "b")
    tally.add(tally)
    #expect(tally[.records, "a"] == .max)
    #expect(tally[.records, "b"] == 14)
    #expect(tally.total(.records) == .max)
  }
}
