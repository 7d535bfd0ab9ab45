import Bytes
import Crypto
import CryptoExtras
import Files

/// A resource archive's file on the disk, perhaps encrypted, and the bytes that were compressed
/// into it.
///
/// The layers, outermost first (resources.md §1 of the reference's rules): AES-128-CBC over 16 random
/// bytes and the file, then gzip or zlib. Of an unencrypted file a few pages are in
/// memory at a time; an encrypted one is read whole first.
package final class CompressedFile {
  private let file: InputFile
  private var input: [UInt8] = []
  private var consumed = 0
  private var isAtEnd = false
  private var inflater = Inflater()
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
    file = try Self.open(path)
    isWhole = !key.isEmpty
    try begin(key)
  }

  private static func open(_ path: String) throws(ArchiveFailure) -> InputFile {
    do throws(FileFailure) { return try InputFile(reading: path) } catch {
      throw ArchiveFailure("cannot be opened", error)
    }
  }

  /// Reads what has to be read first, and decrypts it.
  private func begin(_ key: [UInt8]) throws(ArchiveFailure) {
    if file.facts?.isDirectory == true { throw ArchiveFailure("is a directory") }
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

  /// SHA-256 of the file, in hexadecimal digits; of all of it once the last byte has been read.
  var digest: String {
    String(hex: hash.finalize())
  }

  /// Appends more bytes to `output`; false at the end.
  ///
  /// - Throws: `ArchiveFailure` if the file cannot be read, is cut off or damaged.
  package func read(into output: inout [UInt8]) throws(ArchiveFailure) -> Bool {
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
      do throws(Inflater.Failure) {
        consumed += try inflater.inflate(input, from: consumed, into: &output)
      } catch {
        throw ArchiveFailure(error.description)
      }
      if output.count > before { return true }
    }
  }

  private func fill() throws(ArchiveFailure) {
    let start = input.count
    do throws(FileFailure) {
      isAtEnd = try file.read(upTo: Self.chunk, into: &input) == 0
    } catch {
      throw ArchiveFailure("cannot be read", error)
    }
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
  init(_ action: String, _ failure: FileFailure) { self.init("\(action): \(failure.reason)") }
}
