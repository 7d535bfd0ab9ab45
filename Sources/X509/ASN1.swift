import Bytes

/// Abstract Syntax Notation One in its basic and distinguished encodings, ITU-T X.690 §8.
package enum ASN1 {}

extension ASN1 {
  /// The first byte of an element: class, form and number in one.
  package struct Tag: RawRepresentable, Equatable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let boolean = Self(rawValue: 0x01)
    package static let integer = Self(rawValue: 0x02)
    package static let bitString = Self(rawValue: 0x03)
    package static let octetString = Self(rawValue: 0x04)
    package static let null = Self(rawValue: 0x05)
    package static let objectIdentifier = Self(rawValue: 0x06)
    package static let enumerated = Self(rawValue: 0x0a)
    package static let utf8String = Self(rawValue: 0x0c)
    package static let utcTime = Self(rawValue: 0x17)
    package static let generalizedTime = Self(rawValue: 0x18)
    package static let generalString = Self(rawValue: 0x1b)
    package static let sequence = Self(rawValue: 0x30)
    package static let set = Self(rawValue: 0x31)

    /// `[number]`, holding bytes.
    package static func context(_ number: UInt8) -> Self { Self(rawValue: 0x80 | number) }
    /// `[number]`, holding elements.
    package static func explicit(_ number: UInt8) -> Self { Self(rawValue: 0xa0 | number) }
    /// `[APPLICATION number]`, holding elements.
    package static func application(_ number: UInt8) -> Self { Self(rawValue: 0x60 | number) }
  }

  /// A value with its tag, perhaps cut short.
  ///
  ///     +-----+----------------------+-------+
  ///     | tag | length               | value |
  ///     +-----+----------------------+-------+
  ///            0…7f, or 80 + n and n bytes
  package struct Element: ~Escapable {
    package let tag: Tag
    /// How long the value says it is.
    package let length: UInt64
    /// As much of the value as there is.
    package let value: Span<UInt8>
    /// Whether the container ended before the value began, even one of no bytes.
    package let isAbsent: Bool

    @_lifetime(copy value)
    init(tag: Tag, length: UInt64, value: Span<UInt8>, isAbsent: Bool) {
      self.tag = tag
      self.length = length
      self.value = value
      self.isAbsent = isAbsent
    }

    /// Whether there is a beginning of the value, but not all of it.
    package var isTruncated: Bool { !isAbsent && UInt64(value.count) < length }

    /// The value, to be read as elements.
    package var contents: Reader {
      @_lifetime(copy self) get { Reader(value, isBody: true) }
    }
  }
}

extension Reader {
  /// The next element, whatever its tag.
  ///
  /// An indefinite length is no length. Of a length of many bytes, the last eight count.
  ///
  /// - Throws: `Malformed` if the tag or the length is cut off, or the length is indefinite.
  @_lifetime(copy self) @_lifetime(self: copy self)
  package mutating func element() throws(Malformed) -> ASN1.Element {
    let tag = ASN1.Tag(rawValue: try u8())
    var length = UInt64(try u8())
    if length == 0x80 { throw reject() }
    if length > 0x80 {
      let digits = try take(Int(length & 0x7f))
      length = 0
      for i in digits.indices { length = length << 8 | UInt64(digits[i]) }
    }
    let isAbsent = isAtEnd
    let value = try take(upTo: Int(clamping: length))
    return ASN1.Element(tag: tag, length: length, value: value, isAbsent: isAbsent)
  }

  /// The next element, which must have this tag.
  ///
  /// - Throws: `Malformed` if another tag comes next, or the element cannot be read.
  @_lifetime(copy self) @_lifetime(self: copy self)
  package mutating func element(_ tag: ASN1.Tag) throws(Malformed) -> ASN1.Element {
    guard isNext(tag) else { throw reject() }
    return try element()
  }

  /// What is in the next element, whatever its tag; nothing where there is none.
  @_lifetime(copy self) @_lifetime(self: copy self)
  package mutating func contents() -> Reader {
    guard !isAtEnd, let element = try? element() else { return spent() }
    return element.contents
  }

  /// What is in the next element; nothing where it has another tag, or there is none.
  @_lifetime(copy self) @_lifetime(self: copy self)
  package mutating func contents(_ tag: ASN1.Tag) -> Reader {
    guard isNext(tag), let element = try? element() else { return spent() }
    return element.contents
  }

  /// Spends the reader, and is it then: without an error, which would cost more than the element.
  @_lifetime(copy self) @_lifetime(self: copy self)
  private mutating func spent() -> Reader {
    _ = reject()
    return self
  }

  /// Whether the next element has this tag.
  package func isNext(_ tag: ASN1.Tag) -> Bool { !isAtEnd && rest[0] == tag.rawValue }
}

extension ASN1.Element {
  /// The value as an unsigned number; 0 unless it is one, in its shortest form, of 64 bits.
  package var unsigned: UInt64 {
    guard !value.isEmpty, value.count <= 9, value[0] < 0x80, hasShortestForm else { return 0 }
    var number: UInt64 = 0
    for i in value.indices { number = number << 8 | UInt64(value[i]) }
    return number
  }

  /// The value as a number; 0 unless it is one, in its shortest form, of 64 bits.
  package var signed: Int64 {
    guard !value.isEmpty, value.count <= 8, hasShortestForm else { return 0 }
    var number = Int64(Int8(bitPattern: value[0]))
    for i in 1..<value.count { number = number << 8 | Int64(value[i]) }
    return number
  }

  /// Whether the first nine bits are not all the same (X.690 §8.3.2).
  private var hasShortestForm: Bool {
    guard value.count > 1 else { return true }
    return !(value[0] == 0 && value[1] < 0x80 || value[0] == 0xff && value[1] >= 0x80)
  }

  /// How many bits the value has as an unsigned number, without leading zeros.
  package var significantBits: UInt64 { bitCount(of: value) }
}

/// How many bits a number has, without leading zeros.
func bitCount(of number: Span<UInt8>) -> UInt64 {
  for i in number.indices where number[i] != 0 {
    return UInt64((number.count - i) * 8 - number[i].leadingZeroBitCount)
  }
  return 0
}
