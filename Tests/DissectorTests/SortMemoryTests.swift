import Support
import Testing

@testable import Dissectors

@Suite(.tags(.unit)) struct SortMemoryTests {
  @Test func sortsAsTheStandardLibraryDoes() {
    var random = SeededRandom("sort")
    var memory = SortMemory()
    for count in 0..<70 {
      memory.removeAll()
      let values = (0..<count).map { _ in UInt64.random(in: 0..<40, using: &random) }
      for value in values { memory.append(value) }
      memory.sort { $0 < $1 }
      #expect(memory.values == values.sorted())
    }
  }
}
