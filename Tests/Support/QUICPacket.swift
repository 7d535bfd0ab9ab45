import Crypto
import CryptoExtras

/// Builds a client's Initial packet and protects it as RFC 9001 §5 says.
///
/// What it calls keys is derived by other means than the parser's, so that both do not err alike.
package struct QUICPacket {
  package enum Keys {
    case draft22, draft29, version1, version2

    fileprivate var salt: [UInt8] {
      switch self {
      case .draft22: hex("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a")
      case .draft29: hex("afbfec289993d24c9e9786f19c6111e04390a899")
      case .version1: hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
      case .version2: hex("0dede3def700a6db819381be6e269dcbf9bd2ed9")
      }
    }

    fileprivate var prefix: String { self == .version2 ? "quicv2" : "quic" }
  }

  package var frames: [UInt8]
  package var version: UInt32 = 1
  package var keys = Keys.version1
  package var flags: UInt8 = 0xc0
  package var destinationID = hex("8394c8f03e515708")
  package var sourceID: [UInt8] = []
  package var token: [UInt8] = []
  /// One to four bytes; the flags say how many.
  package var packetNumber: [UInt8] = [0, 0, 0, 2]
  /// What the frames are padded to.
  package var length = 1162
  /// Sent in the clear if not, as in captures whose maker has decrypted them.
  package var isProtected = true

  package init(_ frames: [UInt8]) { self.frames = frames }

  /// A CRYPTO frame.
  package static func crypto(_ data: ArraySlice<UInt8>, at offset: Int = 0) -> [UInt8] {
    [6] + number(offset) + number(data.count) + data
  }

  /// A variable-length integer (RFC 9000 §16).
  package static func number(_ value: Int) -> [UInt8] {
    switch value {
    case ..<0x40: [UInt8(value)]
    case ..<0x4000: (0x4000 | UInt16(value)).bigEndianBytes
    default: (0xc000_0000_0000_0000 | UInt64(value)).bigEndianBytes
    }
  }

  package var bytes: [UInt8] {
    let padded = frames + [UInt8](repeating: 0, count: max(0, length - frames.count))
    let length = packetNumber.count + padded.count + (isProtected ? 16 : 0)
    var header = [flags | UInt8(packetNumber.count - 1)] + version.bigEndianBytes
    header += [UInt8(destinationID.count)] + destinationID + [UInt8(sourceID.count)] + sourceID
    header += Self.number(token.count) + token + Self.number(length)
    guard isProtected else { return header + packetNumber + padded }
    do { return try seal(padded, header) } catch { preconditionFailure("\(error)") }
  }

  private func seal(_ plaintext: [UInt8], _ header: [UInt8]) throws -> [UInt8] {
    let secret = HKDF<SHA256>.extract(
      inputKeyMaterial: SymmetricKey(data: destinationID), salt: keys.salt)
    let client = derive(SymmetricKey(data: secret), "client in", 32)
    let nonce = unsafe derive(client, "\(keys.prefix) iv", 12).withUnsafeBytes { unsafe Array($0) }
    var masked = nonce
    for (i, byte) in packetNumber.enumerated() {
      masked[12 - packetNumber.count + i] ^= byte
    }
    let box = try AES.GCM.seal(
      plaintext, using: derive(client, "\(keys.prefix) key", 16),
      nonce: AES.GCM.Nonce(data: masked), authenticating: header + packetNumber)
    let sealed = Array(box.ciphertext) + Array(box.tag)
    var mask = Array((packetNumber + sealed)[4..<20])
    try AES.permute(&mask, key: derive(client, "\(keys.prefix) hp", 16))
    var packet = header + packetNumber + sealed
    packet[0] ^= mask[0] & 0x0f
    for i in packetNumber.indices { packet[header.count + i] ^= mask[1 + i] }
    return packet
  }

  private func derive(_ secret: SymmetricKey, _ label: String, _ length: Int) -> SymmetricKey {
    let text = Array("tls13 \(label)".utf8)
    let info = [0, UInt8(length), UInt8(text.count)] + text + [0]
    return HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: length)
  }
}
