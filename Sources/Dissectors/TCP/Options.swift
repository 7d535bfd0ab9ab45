import Bytes

extension TCP {
  /// The kind of an option, RFC 9293 §3.2.
  struct OptionKind: RawRepresentable, Equatable {
    let rawValue: UInt8
    static let end = Self(rawValue: 0)
    static let noOperation = Self(rawValue: 1)
    static let maximumSegmentSize = Self(rawValue: 2)
    static let windowScale = Self(rawValue: 3)
    /// RFC 7323 §3.
    static let timestamps = Self(rawValue: 8)

    /// Whether its value differs from system to system rather than from connection to connection.
    var hasTellingValue: Bool { self == .maximumSegmentSize || self == .windowScale }
    /// Whether it is this one byte.
    var isSingleByte: Bool { self == .end || self == .noOperation }
  }

  /// One option: its kind, the length of the whole, data.
  struct Option: ~Escapable {
    let kind: OptionKind
    /// As sent; 0 where the area ends before it.
    let length: UInt8
    /// Nothing where the area ends before the data does.
    let data: Span<UInt8>

    @_lifetime(copy data)
    init(kind: OptionKind, length: UInt8, data: Span<UInt8>) {
      self.kind = kind
      self.length = length
      self.data = data
    }
  }

  /// Walks options to the end of their area.
  ///
  /// The end-of-options option does not end the walk: how a system pads is part of what it is. An
  /// option whose length leaves no room for its own two bytes has no data.
  struct Options: ~Escapable {
    private var rest: Reader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { rest = Reader(bytes) }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Option? {
      guard let byte = try? rest.u8() else { return nil }
      let kind = OptionKind(rawValue: byte)
      let none = rest.rest.extracting(first: 0)
      if kind.isSingleByte { return Option(kind: kind, length: 1, data: none) }
      let length = (try? rest.u8()) ?? 0
      guard let data = try? rest.take(max(2, Int(length)) - 2) else {
        return Option(kind: kind, length: length, data: none)
      }
      return Option(kind: kind, length: length, data: data)
    }
  }
}
