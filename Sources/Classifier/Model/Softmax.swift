import Glibc

/// What scores become when they are compared with the best: powers of e, in single precision.
///
/// The reference works on eight scores at a time where it can, which rounds otherwise than one by
/// one, and shows in the sixth decimal; so the very steps of its eight lanes are taken here. A
/// rest of fewer than eight is done one by one.
enum Softmax {
  static let lanes = 8

  /// Fills `shares` with what each of `scores` comes to beside `best`.
  static func fill(_ shares: inout [Double], from scores: [Double], best: Double) {
    let whole = scores.count / lanes * lanes
    for i in 0..<whole {
      shares[i] = Double(exponential(Float(scores[i]) - Float(best)))
    }
    for i in whole..<scores.count { shares[i] = Double(expf(Float(scores[i] - best))) }
  }

  /// The sum of shares that `fill` gave.
  static func sum(of shares: [Double]) -> Double {
    var sum = 0.0
    let whole = shares.count / lanes * lanes
    var i = 0
    while i < whole {
      var group = InlineArray<8, Float>(repeating: 0)
      for lane in 0..<lanes { group[lane] = Float(shares[i + lane]) }
      sum += Double(total(group))
      i += lanes
    }
    while i < shares.count {
      sum += shares[i]
      i += 1
    }
    return sum
  }

  /// Adds eight lanes as vector units do: halves, then neighbours.
  private static func total(_ group: InlineArray<8, Float>) -> Float {
    let low = (group[0] + group[4]) + (group[1] + group[5])
    return low + ((group[2] + group[6]) + (group[3] + group[7]))
  }

  /// A power of e, by the polynomial of Boost.SIMD and xsimd, without fused multiplication.
  ///
  /// The exponent is split into a multiple of ln 2 and a rest of at most ln 2 / 2.
  private static func exponential(_ x: Float) -> Float {
    // Below it, the result has no normal exponent; scores that far apart do not matter.
    guard x > -88.376_26 else { return 0 }
    let turns = (1.442_695_040_888_963 * x).rounded(.toNearestOrEven)
    // ln 2 in two parts, the first with so few digits that the product is exact.
    let rest = (x - turns * 0.693_359_375) - turns * -2.121_944_40e-4
    var sum = Float(bitPattern: 0x3ab7_78cf)
    sum = sum * rest + Float(bitPattern: 0x3c09_8d8b)
    sum = sum * rest + Float(bitPattern: 0x3d2a_a957)
    sum = sum * rest + Float(bitPattern: 0x3e2a_a9a5)
    sum = sum * rest + Float(bitPattern: 0x3f00_0000)
    sum = (sum * (rest * rest) + rest) + 1
    let exponent = Int32(max(-127, min(turns, 127))) + 127
    return sum * Float(bitPattern: UInt32(exponent) << 23)
  }
}
