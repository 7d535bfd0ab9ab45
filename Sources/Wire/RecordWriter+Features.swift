import Bytes

extension RecordWriter {
  /// Raw features: what a message says of its implementation, as text that is itself JSON, lists
  /// of hexadecimal strings.
  ///
  /// Longer text than `limit` is replaced by `substitute`, or left out without one.
  public mutating func features(
    limit: UInt16 = 2048, tooLong substitute: StaticString? = "[]",
    _ elements: (inout Buffer) -> Void
  ) {
    let start = buffer.count
    write("features")
    let head = buffer.count
    // The length is always of two bytes, so that the text can be written before it is known.
    buffer.append(CBOR.text | 25)
    buffer.append(bigEndian: 0 as UInt16)
    buffer.append(UInt8(ascii: "["))
    elements(&buffer)
    buffer.append(UInt8(ascii: "]"))
    if let length = UInt16(exactly: buffer.count - head - 3), length <= limit {
      buffer.rewrite(at: head + 1) { $0.append(bigEndian: length) }
    } else {
      buffer.truncate(to: start)
      if let substitute { literal("features", substitute) }
    }
  }
}

extension Buffer {
  /// A list among features.
  public mutating func featureList(_ elements: (inout Buffer) -> Void) {
    separate()
    append(UInt8(ascii: "["))
    elements(&self)
    append(UInt8(ascii: "]"))
  }

  /// A list of two.
  public mutating func featurePair(_ first: UInt16, _ second: Span<UInt8>) {
    featureList {
      $0.feature(first)
      $0.feature(second)
    }
  }

  public mutating func featurePair(_ first: Span<UInt8>, _ second: Span<UInt8>) {
    featureList {
      $0.feature(first)
      $0.feature(second)
    }
  }

  /// Bytes among features.
  public mutating func feature(_ value: Span<UInt8>) {
    separate()
    append(UInt8(ascii: "\""))
    append(hex: value)
    append(UInt8(ascii: "\""))
  }

  /// A number among features, with as many digits as its type has.
  public mutating func feature<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    separate()
    append(UInt8(ascii: "\""))
    for shift in stride(from: T.bitWidth - 4, through: 0, by: -4) {
      append((UInt8(truncatingIfNeeded: value >> T(shift)) & 15).hexDigit)
    }
    append(UInt8(ascii: "\""))
  }

  /// The comma between this element and the one before, unless it is there or the list just began.
  public mutating func separate() {
    let last = count - 1
    guard last >= 0, bytes[last] != UInt8(ascii: "["), bytes[last] != UInt8(ascii: ",") else {
      return
    }
    append(UInt8(ascii: ","))
  }
}
