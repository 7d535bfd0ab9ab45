import Bytes
import Wire

extension BitTorrent {
  /// A question to a node of the distributed hash table, or its answer: one bencoded dictionary
  /// (BEP 5, "KRPC protocol").
  ///
  /// ```
  /// d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe
  /// ```
  /// It is told of as far as it can be read.
  struct DHT: PlainMessage, ~Escapable {
    static let profile = Profile(
      "bittorrent.dht", over: .udp, when: .starts("64 31 3a 00/8c 64 32 3a 69"),
      key: "bittorrent_dht", summary: "BitTorrent distributed hash table queries and responses",
      specification: "BEP 5")

    private let dictionary: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      dictionary = input.rest
      try input.expect("d")
    }

    func report(to record: inout RecordWriter) {
      record.object("bittorrent_dht") { dht in
        var walk = BencodedWalk(dictionary)
        walk.report(to: &dht)
        if dht.wants(.rawBitTorrent) {
          dht.features { features in
            var walk = BencodedWalk(dictionary)
            walk.reportFeatures(to: &features)
          }
        }
      }
    }
  }

  /// Writes what is bencoded as nested items (BEP 3, "bencoding").
  ///
  /// What cannot be read ends the walk; all that was begun is closed.
  struct BencodedWalk: ~Escapable {
    private var input: Reader
    /// How many dictionaries and lists are open.
    private var depth = 0

    private static let maxDepth = 10
    private static let maxString = 256

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { input = Reader(bytes) }

    /// The dictionary or list that comes next; nothing where it is empty.
    @_lifetime(self: copy self)
    mutating func report(to record: inout RecordWriter) {
      guard !input.isAtEnd else { return }
      let hasKeys = input.rest[0] == UInt8(ascii: "d")
      guard depth < Self.maxDepth else {
        record.hex("unparsed_value_hex", input.rest)
        _ = input.reject()
        return
      }
      try? input.skip(1)
      guard !input.skip(ifNext: UInt8(ascii: "e")) else { return }
      depth += 1
      record.array("attributes") { list in
        while !input.isAtEnd, input.rest[0] != UInt8(ascii: "e") {
          list.object { item in
            if hasKeys {
              guard let key = string() else { return }
              item.text("key", key)
            }
            reportValue(to: &item)
          }
        }
      }
      depth -= 1
      _ = input.skip(ifNext: UInt8(ascii: "e"))
    }

    /// The dictionary that comes next, as the elements of a list: pairs of a key and a value.
    ///
    /// What cannot be read ends the walk here too. Of what gives no element, there may be a comma; so
    /// it has always been.
    @_lifetime(self: copy self)
    mutating func reportFeatures(to features: inout Buffer) {
      guard input.skip(ifNext: UInt8(ascii: "d")) else { return }
      reportFeatures(hasKeys: true, to: &features)
    }

    @_lifetime(self: copy self)
    private mutating func reportFeatures(hasKeys: Bool, to features: inout Buffer) {
      depth += 1
      while !input.isAtEnd, input.rest[0] != UInt8(ascii: "e") {
        if hasKeys {
          features.featureList { pair in
            reportString(to: &pair)
            pair.separate()
            reportFeature(to: &pair)
          }
        } else {
          features.separate()
          reportFeature(to: &features)
        }
      }
      depth -= 1
      _ = input.skip(ifNext: UInt8(ascii: "e"))
    }

    /// A string, or an empty one where it cannot be read.
    @_lifetime(self: copy self)
    private mutating func reportString(to features: inout Buffer) {
      if let text = string() {
        features.feature(text)
      } else {
        features.feature(("" as StaticString).bytes)
      }
    }

    @_lifetime(self: copy self)
    private mutating func reportFeature(to features: inout Buffer) {
      guard !input.isAtEnd else { return }
      switch input.rest[0] {
      case UInt8(ascii: "d"), UInt8(ascii: "l"):
        let hasKeys = input.rest[0] == UInt8(ascii: "d")
        try? input.skip(1)
        // Of an empty one nothing is written, and its end is taken for that of what holds it.
        guard !input.rest.starts(with: "e") else { return }
        guard depth < Self.maxDepth else {
          _ = input.reject()
          return
        }
        features.featureList { reportFeatures(hasKeys: hasKeys, to: &$0) }
      case UInt8(ascii: "i"):
        try? input.skip(1)
        features.feature(input.take { $0.isASCIIDigit })
        if !input.skip(ifNext: UInt8(ascii: "e")) { _ = input.reject() }
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        reportString(to: &features)
      default: _ = input.reject()
      }
    }

    @_lifetime(self: copy self)
    private mutating func reportValue(to record: inout RecordWriter) {
      guard !input.isAtEnd else { return }
      switch input.rest[0] {
      case UInt8(ascii: "d"), UInt8(ascii: "l"): report(to: &record)
      case UInt8(ascii: "i"):
        if let digits = integer() { record.text("value", digits) }
      default:
        guard let text = string(), !text.isEmpty else { return }
        if text.isPrintable {
          record.text("value", text)
        } else {
          record.hex("value_hex", text)
        }
      }
    }

    /// The digits of `i42e`.
    @_lifetime(copy self) @_lifetime(self: copy self)
    private mutating func integer() -> Span<UInt8>? {
      try? input.skip(1)
      let digits = input.take { $0.isASCIIDigit }
      guard !digits.isEmpty, input.skip(ifNext: UInt8(ascii: "e")) else {
        _ = input.reject()
        return nil
      }
      return digits
    }

    /// The bytes of `4:spam`.
    @_lifetime(copy self) @_lifetime(self: copy self)
    private mutating func string() -> Span<UInt8>? {
      let digits = input.take { $0.isASCIIDigit }
      var count = 0
      for i in digits.indices where count <= Self.maxString {
        count = count * 10 + Int(digits[i] &- 0x30)
      }
      guard !digits.isEmpty, count <= Self.maxString, input.skip(ifNext: UInt8(ascii: ":"))
      else {
        _ = input.reject()
        return nil
      }
      return try? input.take(count)
    }
  }
}

extension Span where Element == UInt8 {
  fileprivate var isPrintable: Bool {
    for i in indices where !(0x20...0x7f ~= self[i]) { return false }
    return true
  }
}
