import Bytes

/// Reads a resource archive from front to back: its members, and each member's lines.
///
/// Lines end in `\n` or `\r\n`; empty ones are passed over, and the last one may lack its end. In
/// memory are the current line and what was inflated with it.
package struct ArchiveReader: ~Copyable {
  /// One file of the archive.
  package struct Member: Equatable, Sendable {
    package var name: String
    package var size: Int
  }

  private var file: CompressedFile
  private var bytes: [UInt8] = []
  /// Where in `bytes` reading has come to.
  private var start = 0
  private var member = Member(name: "", size: 0)
  /// How much of the member has not been read, and how much fills its last block.
  private var left = 0
  private var padding = 0
  private var lineRange = 0..<0
  /// The number of the line read last, counted from 1.
  package private(set) var lineNumber = 0

  private static let block = 512
  /// A longer line is taken for damage.
  package static let maxLine = 256 << 20

  /// Opens the archive at `path`; `key` is empty, or the 16 bytes it was encrypted with.
  ///
  /// - Throws: `ArchiveFailure` if it cannot be read, is not compressed, or does not fit the key.
  package init(path: String, key: [UInt8] = []) throws(ArchiveFailure) {
    file = try CompressedFile(path: path, key: key)
  }

  /// SHA-256 of the file in hexadecimal digits, once `nextMember` has given the last one.
  package var digest: String { file.digest }

  /// The member that holds the database of the archive at `path`: the full one where it has two.
  ///
  /// - Throws: `ArchiveFailure` if the archive cannot be read to its end or is damaged.
  package static func databaseMember(
    ofArchive path: String, key: [UInt8]
  ) throws(ArchiveFailure) -> String? {
    var reader = try ArchiveReader(path: path, key: key)
    var found: String?
    while let member = try reader.nextMember() {
      if member.name == "fingerprint_db.json" { return member.name }
      if member.name == "fingerprint_db_lite.json" { found = member.name }
    }
    return found
  }

  // MARK: Members

  /// Goes on to the next file; nothing at the end of the archive, all of which has then been
  /// checked against its checksum.
  ///
  /// - Throws: `ArchiveFailure` if the archive is cut off or damaged.
  package mutating func nextMember() throws(ArchiveFailure) -> Member? {
    try skip(left + padding)
    lineNumber = 0
    while let header = try readHeader() {
      left = header.size
      padding = (Self.block - header.size % Self.block) % Self.block
      if header.isFile {
        member = Member(name: header.name, size: header.size)
        return member
      }
      try skip(left + padding)
    }
    (left, padding) = (0, 0)
    while try fill() { start = bytes.count }
    return nil
  }

  private mutating func readHeader() throws(ArchiveFailure) -> TarHeader? {
    while bytes.count - start < Self.block {
      guard try fill() else {
        if bytes.count == start { return nil }
        throw ArchiveFailure("is cut off in the header of a member")
      }
    }
    let block = start..<start + Self.block
    start = block.upperBound
    return try TarHeader(bytes.span.extracting(block), after: member.name)
  }

  private mutating func skip(_ count: Int) throws(ArchiveFailure) {
    var count = count
    while count > bytes.count - start {
      count -= bytes.count - start
      start = bytes.count
      guard try fill() else { throw cutOff }
    }
    start += count
    (left, padding) = (0, 0)
  }

  private var cutOff: ArchiveFailure {
    ArchiveFailure(
      "ends before its \(member.size) bytes are there: the archive is cut off",
      member: member.name)
  }

  /// Inflates more behind what has not been read; false at the end.
  private mutating func fill() throws(ArchiveFailure) -> Bool {
    if start > bytes.count / 2 {
      bytes.removeSubrange(..<start)
      start = 0
    }
    return try file.read(into: &bytes)
  }

  // MARK: Contents

  /// Goes on to the member's next line; false at its end.
  ///
  /// - Throws: `ArchiveFailure` if the archive is cut off or damaged, or the line is too long.
  package mutating func nextLine() throws(ArchiveFailure) -> Bool {
    while left > 0 {
      let end = try endOfLine()
      lineRange = start..<end
      let hasEnd = end - start < left
      left -= hasEnd ? end - start + 1 : end - start
      start = hasEnd ? end + 1 : end
      lineNumber += 1
      if !lineRange.isEmpty, bytes[end - 1] == UInt8(ascii: "\r") {
        lineRange = lineRange.dropLast()
      }
      if !lineRange.isEmpty { return true }
    }
    return false
  }

  /// The line that `nextLine` went to.
  package var line: Span<UInt8> {
    @_lifetime(borrow self) get { bytes.span.extracting(lineRange) }
  }

  /// Finds the next line end, or the end of the member.
  private mutating func endOfLine() throws(ArchiveFailure) -> Int {
    var searched = 0
    while true {
      let there = min(left, bytes.count - start)
      if let end = newline(in: start + searched..<start + there) { return end }
      if there == left { return start + left }
      guard there < Self.maxLine else {
        throw ArchiveFailure(
          "is longer than any line may be", member: member.name, line: lineNumber + 1)
      }
      searched = there
      guard try fill() else { throw cutOff }
    }
  }

  private func newline(in range: Range<Int>) -> Int? {
    bytes.span.extracting(range).firstIndex(of: UInt8(ascii: "\n")).map { range.lowerBound + $0 }
  }

  /// Calls `body` with the rest of the member as it is, piece by piece.
  ///
  /// - Throws: `ArchiveFailure` if the archive is cut off or damaged, and what `body` throws.
  package mutating func readContents(
    _ body: (Span<UInt8>) throws(ArchiveFailure) -> Void
  ) throws(ArchiveFailure) {
    while left > 0 {
      let there = min(left, bytes.count - start)
      if there > 0 {
        try body(bytes.span.extracting(start..<start + there))
        start += there
        left -= there
      } else {
        guard try fill() else { throw cutOff }
      }
    }
  }
}
