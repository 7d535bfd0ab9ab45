import Bytes
import Crypto
import CryptoExtras
import Glibc

/// A resource archive's file on the disk, perhaps encrypted, and the bytes that were compressed
/// into it.
///
/// The layers, outermost first (resources.md §1 of the reference's rules): AES-128-CBC over 16 random
/// bytes and the file, then gzip or zlib. Of an unencrypted file a few pages are in
/// memory at a time; an encrypted one is read whole first.
package struct CompressedFile: ~Copyable {
  private let descriptor: CInt
  private var input: [UInt8] = []
  private var consumed = 0
  private var isAtEnd = false
  private var inflater: Inflater
  private var hash = SHA256()
  /// Whether all of the file is in `input`.
  private let isWhole: Bool

  private static let chunk = 32 << 10
  /// An encrypted archive may not be larger.
  private static let maxEncrypted = 1 << 30

  /// Opens the file; `key` is empty, or the 16 bytes it was encrypted with.
  ///
  /// - Throws: `ArchiveFailure` if it cannot be read, is not compressed, or does not fit the key.
  package init(path: String, key: [UInt8] = []) throws(ArchiveFailure) {
    // The path becomes a terminated string for the length of the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    isWhole = !key.isEmpty
    inflater = Inflater()
    guard descriptor >= 0 else { throw ArchiveFailure(system: "cannot be opened", errno) }
    var facts = stat()
    // Filled in by the call.
    guard unsafe fstat(descriptor, &facts) == 0 else {
      throw ArchiveFailure(system: "cannot be read", errno)
    }
    guard facts.st_mode & S_IFMT != S_IFDIR else { throw ArchiveFailure("is a directory") }
    try fill()
    guard !input.isEmpty else { throw ArchiveFailure("is empty") }
    if isWhole {
      while !isAtEnd {
        try fill()
        guard input.count <= Self.maxEncrypted else { throw ArchiveFailure("is too large") }
      }
      input = try Self.decrypt(input, key)
    }
    guard Inflater.begins(input) else {
      throw ArchiveFailure(Self.suspicion(input, isEncrypted: !isWhole))
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// SHA-256 of the file, in hexadecimal digits; of all of it once the last byte has been read.
  var digest: String {
    String(hex: hash.finalize())
  }

  /// Appends more bytes to `output`; false at the end.
  ///
  /// - Throws: `ArchiveFailure` if the file cannot be read, is cut off or damaged.
  package mutating func read(into output: inout [UInt8]) throws(ArchiveFailure) -> Bool {
    while true {
      if consumed == input.count {
        if isWhole || isAtEnd {
          guard inflater.isBetweenMembers else {
            throw ArchiveFailure("is cut off: the compressed data does not end")
          }
          return false
        }
        input.removeAll(keepingCapacity: true)
        consumed = 0
        try fill()
        continue
      }
      // Behind the last member there may be zeros, as on tapes.
      if inflater.isBetweenMembers, input[consumed] == 0 {
        consumed += 1
        continue
      }
      let before = output.count
      consumed += try inflater.inflate(input, from: consumed, into: &output)
      if output.count > before { return true }
    }
  }

  private mutating func fill() throws(ArchiveFailure) {
    let start = input.count
    input.append(contentsOf: repeatElement(0, count: Self.chunk))
    var count: Int
    repeat {
      count = unsafe input.withUnsafeMutableBytes { bytes in
        // Within the bytes appended above.
        unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + start }, Self.chunk)
      }
    } while count < 0 && errno == EINTR
    let failure = errno
    input.removeLast(Self.chunk - max(count, 0))
    guard count >= 0 else { throw ArchiveFailure(system: "cannot be read", failure) }
    if count == 0 { isAtEnd = true }
    hash.update(data: input[start...])
  }

  private static func decrypt(_ file: [UInt8], _ key: [UInt8]) throws(ArchiveFailure) -> [UInt8] {
    guard !Inflater.begins(file) else {
      throw ArchiveFailure("is not encrypted, but a key is given")
    }
    guard key.count == 16 else { throw ArchiveFailure("needs a key of 16 bytes") }
    guard file.count >= 32, file.count % 16 == 0 else {
      throw ArchiveFailure("is not encrypted by AES in blocks of 16 bytes, or is cut off")
    }
    do {
      // The first 16 bytes mean nothing: they take the place of an initialization vector.
      let vector = try AES._CBC.IV(ivBytes: file[..<16])
      return [UInt8](
        try AES._CBC.decrypt(file[16...], using: SymmetricKey(data: key), iv: vector))
    } catch {
      throw ArchiveFailure("cannot be decrypted: the key is another, or the file is damaged")
    }
  }

  /// What a file that is not compressed may be.
  private static func suspicion(_ bytes: [UInt8], isEncrypted: Bool) -> String {
    if bytes.count > 262, Array(bytes[257..<262]) == Array("ustar".utf8) {
      return "is a tar archive that is not compressed; compress it with gzip"
    }
    return isEncrypted
      ? "is neither gzip nor zlib; if it is encrypted, give its key (--resources-key)"
      : "does not hold a compressed archive once it is decrypted: the key is another"
  }
}

extension ArchiveFailure {
  /// What the system would not do, and why.
  init(system action: String, _ number: CInt) {
    // strerror gives a terminated string that lives until the next call; it is copied here.
    let reason = unsafe strerror(number).map { unsafe String(cString: $0) }
    self.init("\(action): \(reason ?? "error \(number)")")
  }
}
