import Support

/// Builds TLS messages from the inside out.
enum TLSMessage {
  static func record(_ fragment: [UInt8]...) -> [UInt8] {
    [22, 3, 1] + counted(fragment.flatMap { $0 }, by: UInt16.self)
  }

  static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + counted24(body) }

  static func `extension`(_ type: UInt16, _ value: String) -> [UInt8] {
    `extension`(type, hex(value))
  }

  static func `extension`(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
    bigEndian(type) + counted(value, by: UInt16.self)
  }

  static func serverName(_ name: String) -> [UInt8] {
    let entry = [0] + counted(Array(name.utf8), by: UInt16.self)
    return `extension`(0, counted(entry, by: UInt16.self))
  }

  static func clientHello(
    suites: String = "1301", compression: String = "00", _ extensions: [UInt8]...
  ) -> [UInt8] {
    handshake(
      1,
      [3, 3] + [UInt8](repeating: 0x52, count: 32) + [1, 0xaa]
        + counted(hex(suites), by: UInt16.self) + counted(hex(compression), by: UInt8.self)
        + counted(extensions.flatMap { $0 }, by: UInt16.self))
  }

  static func serverHello(version: UInt16 = 0x0303, _ extensions: [UInt8]...) -> [UInt8] {
    handshake(
      2,
      bigEndian(version) + [UInt8](repeating: 0x53, count: 32) + [0, 0x13, 1, 0]
        + counted(extensions.flatMap { $0 }, by: UInt16.self))
  }

  static func certificates(_ certificates: String...) -> [UInt8] {
    handshake(11, counted24(certificates.flatMap { counted24(Array($0.utf8)) }))
  }
}
