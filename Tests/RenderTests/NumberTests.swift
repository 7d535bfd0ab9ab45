import Bytes
import Foundation
import Support
import Testing

@testable import Render

@Suite(.tags(.unit)) struct NumberTests {
  private func printed(_ value: Double) -> String {
    var buffer = Buffer()
    buffer.append(sixDecimals: value)
    return buffer.bytes.text
  }

  @Test(arguments: [
    0, 1, -1, 0.5, 1e-6, 5e-7, 4.9999999e-7, 1.5e-6, 2.5e-6, 0.9999995, 0.9999994, 0.1, 1 / 3,
    -0.0, -1e-9, 9_007_199_254_740_994, 18_446_744_073_709_551_616, 1e22, 1e23, 1e100,
    .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, .pi,
    0.000_000_5, 0.000_001_5, 4_503_599_627_370_495.5, 0.0078125, 1023.9999999999999,
  ])
  func doublesPrintAsCPrintsThem(_ value: Double) {
    #expect(printed(value) == String(format: "%f", value))
  }

  @Test func anyDoublePrintsAsCPrintsIt() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<Thoroughness.rounds(20_000) {
      let value = Double(bitPattern: random.next())
      if value.isFinite { #expect(printed(value) == String(format: "%f", value)) }
      let score = Double.random(in: 0...1, using: &random)
      #expect(printed(score) == String(format: "%f", score))
      // Ties: a multiple of 2^-7 has at most seven decimals, the last one a 5.
      let tie = Double(UInt32.random(in: 0...100_000, using: &random)) / 128
      #expect(printed(tie) == String(format: "%f", tie))
    }
  }

  @Test func whatIsNoNumberIsNull() {
    for value in [Double.nan, .infinity, -.infinity, .signalingNaN] {
      #expect(printed(value) == "null")
    }
  }

  @Test func complementsPrintAsNegativeNumbers() {
    for (value, expected) in [
      (0 as UInt64, "-1"), (41, "-42"), (.max, "-18446744073709551616"),
      (.max - 1, "-18446744073709551615"),
    ] {
      var buffer = Buffer()
      buffer.append(decimalOfComplement: value)
      #expect(buffer.bytes.text == expected)
    }
  }
}
