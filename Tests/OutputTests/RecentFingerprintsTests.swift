import Support
import Testing

@testable import Output

@Suite(.tags(.unit)) struct RecentFingerprintsTests {
  @Test func knowsWhatCameBefore() {
    var recent = RecentFingerprints()
    let answers = ["tls/(0303)()", "tls/(0303)()", "tls/(0303)(1301)"].map {
      let bytes = Array($0.utf8)
      return recent.meets(bytes.span)
    }
    #expect(answers == [false, true, false])
  }

  /// The same as a list that is searched from front to back.
  @Test func forgetsWhatCameLeastRecently() {
    var random = SeededRandom("recent fingerprints")
    var recent = RecentFingerprints(capacity: 7)
    var list: [[UInt8]] = []
    for _ in 0..<5000 {
      let name = Array("tls/\(random.below(12))".utf8)
      let was = list.firstIndex(of: name)
      if let was { list.remove(at: was) }
      list.append(name)
      if list.count > 7 { list.removeFirst() }
      let answer = recent.meets(name.span)
      #expect(answer == (was != nil))
    }
  }
}
