import Bytes
import Wire

// Some clients shuffle their extensions, so some formats of fingerprints sort them.
extension TLS.Extensions {
  /// All extensions, sorted by type, length and value: format 1.
  func sortedFingerprint(into text: inout FingerprintWriter) {
    sortedFingerprint(into: &text) { $0.degreased }
  }

  /// The extensions of types that tell clients apart, sorted: format 2.
  ///
  /// Private and unassigned types go by one name each, and no more than three extensions by any.
  func selectedFingerprint(into text: inout FingerprintWriter) {
    sortedFingerprint(into: &text, limit: 3) { $0.selected }
  }

  /// Extensions by the names that `name` gives them; those that get none are left out, and so
  /// are those of one name beyond `limit`.
  private func sortedFingerprint(
    into text: inout FingerprintWriter, limit: Int = .max,
    name: (TLS.ExtensionType) -> TLS.ExtensionType?
  ) {
    let bytes = input.rest
    text.extensionOrder.removeAll()
    var list = self
    while let item = list.next() {
      guard let name = name(item.type) else { continue }
      let entry = Entry(name, item, offset: bytes.count - list.input.count - item.bytes.count)
      if limit < .max, entry.namesakes(in: text.extensionOrder) >= limit { continue }
      text.extensionOrder.append(entry.rawValue)
    }
    text.extensionOrder.sort { Entry(rawValue: $0).precedes(Entry(rawValue: $1), in: bytes) }
    text.sortedGroup { text in
      for i in text.extensionOrder.values.indices {
        let entry = Entry(rawValue: text.extensionOrder.values[i])
        var rest = Reader(bytes.extracting(droppingFirst: entry.offset))
        guard let item = try? TLS.Extension(&rest) else { continue }
        item.sortedFingerprint(as: entry.name, into: &text)
      }
    }
  }
}

/// One extension in the order of a fingerprint, as small as memory to sort in should be: name and
/// length, by which it is sorted first, and where it stands.
private struct Entry: RawRepresentable {
  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Reserved extensions are all equal, so none has a length.
  init(_ name: TLS.ExtensionType, _ item: TLS.Extension, offset: Int) {
    let length = name == .reserved ? 0 : item.value.count
    rawValue = UInt64(name.rawValue) << 48 | UInt64(length) << 32 | UInt64(offset)
  }

  var name: TLS.ExtensionType {
    TLS.ExtensionType(rawValue: UInt16(truncatingIfNeeded: rawValue >> 48))
  }
  var length: Int { Int(rawValue >> 32 & 0xffff) }
  var offset: Int { Int(rawValue & 0xffff_ffff) }

  /// How many of these have the same name.
  func namesakes(in order: SortMemory) -> Int {
    var count = 0
    for i in order.values.indices where order.values[i] >> 48 == rawValue >> 48 { count += 1 }
    return count
  }

  func precedes(_ other: Entry, in bytes: Span<UInt8>) -> Bool {
    if rawValue >> 32 != other.rawValue >> 32 { return rawValue < other.rawValue }
    for i in 4..<4 + length where bytes[offset + i] != bytes[other.offset + i] {
      return bytes[offset + i] < bytes[other.offset + i]
    }
    return false
  }
}

extension TLS.ExtensionType {
  /// The name of all types that are reserved to keep peers tolerant.
  fileprivate static let reserved = Self(rawValue: 0x0a0a)

  /// Both bytes have a low nibble of ten: more than RFC 8701 reserves, as format 1 always had it.
  fileprivate var isReserved: Bool { rawValue & 0x0f0f == 0x0a0a }

  fileprivate var degreased: Self { isReserved ? .reserved : self }

  /// The type that stands for this one among those that format 2 shows.
  fileprivate var selected: Self? {
    switch rawValue {
    case 0...20, 22...34, 36...40, 43...62, 2570, 13172, 21760, 30031, 30032, 64768, 65037, 65280,
      65281, 65283, 65445, 65486:
      self
    // Private use (RFC 8446 §4.2).
    case 65282...: Self(rawValue: 65280)
    case _ where isReserved: .reserved
    // Unassigned.
    case 63...: Self(rawValue: 62)
    // Padding, tickets, pre-shared keys, early data: they tell of the visit, not of the client.
    default: nil
    }
  }
}

extension TLS.TransportParameters {
  /// The ids of all parameters, sorted.
  func sortedFingerprint(into text: inout FingerprintWriter) {
    text.parameterOrder.removeAll()
    var list = self
    while let parameter = list.next() {
      text.parameterOrder.append(SortedID(parameter).rawValue)
    }
    text.parameterOrder.sort { SortedID(rawValue: $0) < SortedID(rawValue: $1) }
    text.sortedGroup { text in
      for i in text.parameterOrder.values.indices {
        let id = SortedID(rawValue: text.parameterOrder.values[i])
        text.group { text in
          for byte in 0..<id.count {
            text.hex(UInt8(truncatingIfNeeded: id.rawValue >> UInt64(56 - 8 * byte)))
          }
        }
      }
    }
  }
}

/// A transport parameter's id as it was sent, its first byte topmost; reserved ones are all 27.
private struct SortedID: Comparable {
  let rawValue: UInt64
  private static let reserved: UInt64 = 27 << 56

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ parameter: TLS.TransportParameter) {
    var value: UInt64 = 0
    let bytes = parameter.idBytes
    for i in bytes.indices { value |= UInt64(bytes[i]) << UInt64(56 - 8 * i) }
    rawValue = parameter.id.isGREASE ? Self.reserved : value
  }

  /// How many bytes the id has, as its first two bits say (RFC 9000 §16).
  var count: Int { 1 << Int(rawValue >> 62) }

  private var value: UInt64 { (rawValue & (1 << 62 - 1)) >> UInt64(64 - 8 * count) }

  /// By the bytes as they were sent; only reserved ones by value.
  static func < (a: Self, b: Self) -> Bool {
    a.rawValue == reserved || b.rawValue == reserved
      ? a.value < b.value : a.rawValue < b.rawValue
  }
}
