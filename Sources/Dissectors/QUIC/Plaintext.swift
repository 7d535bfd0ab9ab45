import Bytes
import Crypto
import CryptoExtras

extension QUIC {
  /// The frames of an Initial packet, out of their protection.
  ///
  /// Decrypting is swift-crypto's work, and all on the packet path that allocates; what it gives
  /// is kept here.
  struct Plaintext {
    private var storage = InlineArray<2048, UInt8>(repeating: 0)
    private var count = 0

    /// Longer packets are left as they are.
    static let maxLength = 2048
    static let maxHeader = 1024

    /// Decrypts a packet; `false` if these are not its keys.
    mutating func open(_ header: borrowing LongHeader, _ protection: Protection) -> Bool {
      let keys = InitialKeys(protection, destinationID: header.destinationID)
      guard let mask = Self.mask(header.protected, keys.headerProtection) else { return false }
      let flags = header.flags ^ mask[0] & 0x0f
      guard LongHeader.isValid(flags) else { return false }
      let length = LongHeader.packetNumberLength(flags)
      let sealed = header.protected.extracting(droppingFirst: length)
      guard header.bytes.count + length <= Self.maxHeader, sealed.count <= Self.maxLength
      else { return false }
      // The packet number is masked in the header and, ahead of it with zeros, added to the IV.
      var authenticated = [UInt8](copying: header.bytes)
      authenticated[0] = flags
      var box = keys.iv
      for i in 0..<length {
        let byte = header.protected[i] ^ mask[1 + i]
        authenticated.append(byte)
        box[box.count - length + i] ^= byte
      }
      for i in sealed.indices { box.append(sealed[i]) }
      guard let sealedBox = try? AES.GCM.SealedBox(combined: box),
        let opened = try? AES.GCM.open(sealedBox, using: keys.key, authenticating: authenticated)
      else { return false }
      fill(opened)
      return true
    }

    var bytes: Span<UInt8> {
      @_lifetime(borrow self) get { storage.span.extracting(first: count) }
    }

    private mutating func fill(_ bytes: some Sequence<UInt8>) {
      for byte in bytes where count < Self.maxLength {
        storage[count] = byte
        count += 1
      }
    }

    /// AES of sixteen bytes from the protected part (RFC 9001 §5.4.3): what the flags and the
    /// packet number are masked with.
    private static func mask(_ protected: Span<UInt8>, _ key: SymmetricKey) -> [UInt8]? {
      var block = [UInt8](copying: protected.extracting(4..<20))
      return (try? AES.permute(&block, key: key)) == nil ? nil : block
    }
  }
}
