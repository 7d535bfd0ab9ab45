extension UInt64 {
  /// In groups of three digits, for people: `1,234,567`.
  public var grouped: String {
    var text = ""
    for (i, digit) in String(self).reversed().enumerated() {
      if i > 0, i % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
