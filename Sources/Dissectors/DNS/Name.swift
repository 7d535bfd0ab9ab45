import Bytes

extension DNS {
  /// A domain name as text: its labels, each with a dot after it.
  ///
  ///     +--------+-------------+--------+--------------+-----+   +----+----------------------+
  ///     | length | label       | length | label        |  0  |   | 11 | offset of the rest   |
  ///     +--------+-------------+--------+--------------+-----+   +----+----------------------+
  ///
  /// RFC 1035 §4.1.4. Nothing a message says makes reading one long or deep.
  struct Name {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    private var count = 0
    private(set) var isTooLong = false
    /// Whether the name was a NetBIOS name (RFC 1001 §14.1), and is now the one it stands for.
    private(set) var isNetBIOS = false

    /// How many pointers are followed.
    private static let maxPointers = 16

    /// Whether this names anything but the root, at no greater length than names may have.
    var canOwnRecords: Bool { !isTooLong && 1...255 ~= count }

    /// The name, nothing for the root; absent if it is longer than any reader would believe.
    var text: Span<UInt8>? {
      @_lifetime(borrow self) get { isTooLong ? nil : bytes.span.extracting(first: count) }
    }

    /// Reads a name from `input`, which is part of `message`.
    ///
    /// A name that is cut off, or ends in a pointer to nowhere, is what could be read. The one
    /// spends `input`, the other uses it up; what happens where pointers lead does not matter to it.
    @_lifetime(input: copy input)
    init(_ input: inout Reader, in message: Span<UInt8>) {
      if var offset = appendLabels(from: &input) {
        if !offset.isInside(message) { try? input.skip(input.count) }
        var followed = 0
        while offset.isInside(message), followed < Self.maxPointers {
          var rest = Reader(message.extracting(droppingFirst: offset))
          offset = appendLabels(from: &rest) ?? 0
          followed += 1
        }
      }
    }

    /// Adds labels up to the name's end, or to the pointer that is returned.
    ///
    /// Once the text is full, only lengths are read, as if every label were empty.
    @_lifetime(input: copy input)
    private mutating func appendLabels(from input: inout Reader) -> Int? {
      while !input.isAtEnd, let length = try? input.u8(), length != 0 {
        if length & 0xc0 != 0 {
          guard let low = try? input.u8() else { return nil }
          return Int(length & 0x3f) << 8 | Int(low)
        }
        if isTooLong || count + Int(length) > bytes.count {
          isTooLong = true
          continue
        }
        if let label = try? input.take(Int(length)) {
          for i in label.indices { append(label[i]) }
        }
        append(UInt8(ascii: "."))
      }
      return nil
    }

    private mutating func append(_ byte: UInt8) {
      guard count < bytes.count else {
        isTooLong = true
        return
      }
      bytes[count] = byte
      count += 1
    }

    /// Takes what may be a NetBIOS name for one; only the names of questions and records are.
    ///
    /// Half-ASCII: each byte is two letters, `A` for 0 to `P` for 15.
    mutating func decodeNetBIOS() {
      guard !isTooLong, count == 33, bytes[32] == UInt8(ascii: ".") else { return }
      for i in 0..<32 where !(UInt8(ascii: "A")...UInt8(ascii: "P") ~= bytes[i]) { return }
      for i in 0..<16 { bytes[i] = (bytes[2 * i] - 0x41) << 4 | (bytes[2 * i + 1] - 0x41) }
      count = 16
      isNetBIOS = true
    }
  }
}

extension Int {
  /// Whether a pointer may lead here: behind the header, and not among the last bytes.
  fileprivate func isInside(_ message: Span<UInt8>) -> Bool {
    self >= DNS.headerLength && self < message.count - DNS.headerLength
  }
}
