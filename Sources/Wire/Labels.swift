import Bytes

/// The names that devices give themselves in a message, one after the other.
///
///     0      1        3
///     | kind | length | name …
public struct Labels: ~Escapable {
  public enum Kind: UInt8, Sendable {
    /// The common name of a certificate's subject.
    case certificate = 1
    /// An object identifier that SNMP reports as a value, as numbers with dots.
    case snmp = 2
  }

  private var input: Reader

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { input = Reader(bytes, isBody: true) }

  /// The kind of the next one, whose name is left in `name`; `nil` at the end.
  @_lifetime(self: copy self) @_lifetime(name: copy self)
  public mutating func next(_ name: inout Span<UInt8>) -> Kind? {
    guard let code = try? input.u8(), let kind = Kind(rawValue: code),
      let length = try? input.u16le(), let bytes = try? input.take(Int(length))
    else { return nil }
    name = bytes
    return kind
  }
}

extension RecordWriter {
  /// Notes a name that a device gives itself, where these are to be counted.
  public mutating func note(label kind: Labels.Kind, _ name: Span<UInt8>) {
    guard wants(.labels), !name.isEmpty, let length = UInt16(exactly: name.count) else { return }
    noteLabel {
      $0.append(kind.rawValue)
      $0.append(littleEndian: length)
      $0.append(name)
    }
  }
}
