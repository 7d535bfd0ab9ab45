/// Base64, RFC 4648 §4, as lenient about padding as what is found in credentials asks for.
public enum Base64 {
  /// Decodes `text` into `bytes` and says how many there are; `nil` for what is not base64 or
  /// does not fit.
  ///
  /// A `=` counts as zero wherever it stands; one or two at the end take a byte off each.
  public static func decode(_ text: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) -> Int? {
    guard !text.isEmpty, text.count % 4 == 0 else { return nil }
    var count = text.count / 4 * 3
    if text[text.count - 1] == UInt8(ascii: "=") {
      count -= text[text.count - 2] == UInt8(ascii: "=") ? 2 : 1
    }
    guard count <= bytes.count else { return nil }
    var group: UInt32 = 0
    var written = 0
    for i in text.indices {
      guard let digit = value(of: text[i]) else { return nil }
      group = group << 6 | digit
      guard i % 4 == 3 else { continue }
      for shift in stride(from: 16 as UInt32, through: 0, by: -8) where written < count {
        bytes[written] = UInt8(truncatingIfNeeded: group >> shift)
        written += 1
      }
      group = 0
    }
    return count
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case UInt8(ascii: "="): 0
    default: nil
    }
  }
}
