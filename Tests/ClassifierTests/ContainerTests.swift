import Foundation
import Support
import Testing

@testable import Classifier

/// What archives are packed in: zlib and gzip, of one member or several, whole and cut off.
@Suite(.tags(.unit)) struct ContainerTests {
  private static let shipped = "\(Project.path)/resources/default.tgz"

  /// The tar archive inside one that is compressed.
  private static func tar(of path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let file = try CompressedFile(path: path)
    while try file.read(into: &bytes) {}
    return bytes
  }

  /// RFC 1950, in blocks that are stored as they are (RFC 1951 §3.2.4).
  private static func zlib(_ bytes: ArraySlice<UInt8>) -> Data {
    var (low, high) = (1 as UInt32, 0 as UInt32)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    var stream = Data([0x78, 0x01])
    var rest = bytes
    repeat {
      let piece = rest.prefix(0xffff)
      rest = rest.dropFirst(piece.count)
      let length = UInt16(piece.count)
      stream.append(contentsOf: [rest.isEmpty ? 1 : 0, UInt8(length & 0xff), UInt8(length >> 8)])
      stream.append(contentsOf: [UInt8(~length & 0xff), UInt8(~length >> 8)])
      stream.append(contentsOf: piece)
    } while !rest.isEmpty
    let sum = high << 16 | low
    stream.append(contentsOf: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) })
    return stream
  }

  private struct Member {
    var name: String
    var contents: Range<Int>
  }

  /// Where each member's contents are in a tar archive.
  private static func members(of tar: [UInt8]) -> [Member] {
    var found: [Member] = []
    var at = 0
    while at + 512 <= tar.count, tar[at] != 0 {
      let name = String(decoding: tar[at..<at + 100].prefix { $0 != 0 }, as: UTF8.self)
      let digits = String(decoding: tar[at + 124..<at + 135], as: UTF8.self)
      let size = Int(digits, radix: 8) ?? 0
      found.append(Member(name: name, contents: at + 512..<at + 512 + size))
      at += 512 + (size + 511) / 512 * 512
    }
    return found
  }

  private func failure(_ archive: Data) throws -> ArchiveFailure? {
    let file = try ScratchFile(Array(archive), named: "archive")
    do throws(ArchiveFailure) { _ = try ResourceArchive.load(file.path) } catch { return error }
    return nil
  }

  @Test func zlibIsReadAsGzipIs() throws {
    let tar = try Self.tar(of: Self.shipped)
    let file = try ScratchFile(Array(Self.zlib(tar[...])), named: "archive.zlib")
    let archive = try ResourceArchive.load(file.path)
    let shipped = try ResourceArchive.load(Self.shipped)
    #expect(archive.version == shipped.version)
    #expect(archive.database.count(of: .tls) == shipped.database.count(of: .tls))
    #expect(archive.prevalence.count == shipped.prevalence.count)
  }

  /// As `cat` makes them (RFC 1952 §2.2).
  @Test func gzipOfSeveralMembersIsOneFile() throws {
    let tar = try Self.tar(of: Self.shipped)
    var packed: [UInt8] = []
    for piece in [tar[..<5000], tar[5000..<5001], tar[5001...]] {
      let file = try ScratchFile([UInt8](piece))
      packed += try Decompression.gzip(file.path)
    }
    let file = try ScratchFile(packed, named: "all.tgz")
    let archive = try ResourceArchive.load(file.path)
    #expect(archive.version == (try ResourceArchive.load(Self.shipped)).version)
  }

  /// The first lines of each member of the shipped archive, as a tar archive.
  private static func beginnings() throws -> [UInt8] {
    let tar = try tar(of: shipped)
    let file = try ScratchFile([], named: "archive.tgz")
    var writer = try ArchiveWriter(creating: file.path)
    for member in members(of: tar) {
      let lines = tar[member.contents].split(separator: 0x0a, omittingEmptySubsequences: false)
      let content = Array(lines.prefix(6).joined(separator: [0x0a])) + [0x0a]
      try writer.add(member.name, content.span)
    }
    try writer.finish()
    return try self.tar(of: file.path)
  }

  /// Wherever in whichever line of whichever member the archive ends, the member is named.
  @Test func everyMemberThatIsCutOffIsNamedAtEveryLine() throws {
    let tar = try Self.beginnings()
    var cuts = 0
    for member in Self.members(of: tar) {
      var start = member.contents.lowerBound
      while start < member.contents.upperBound {
        let end = tar[start..<member.contents.upperBound].firstIndex(of: 0x0a) ?? tar.endIndex
        let places = [(start + end) / 2] + (Thoroughness.isExhaustive ? [start, end] : [])
        for place in places where place < member.contents.upperBound {
          let found = try failure(Self.zlib(tar[..<place]))
          #expect(found?.member == member.name, "\(place)")
          #expect(found?.reason.contains("cut off") == true, "\(place)")
          cuts += 1
        }
        start = end + 1
      }
    }
    #expect(cuts > 20)
  }

  /// The same where the member is cut off and the archive is whole: what is left of a line is no
  /// entry of the database, and is told of elsewhere.
  @Test func aDatabaseThatWasCutOffBeforeItWasPackedIsRefusedByItsLine() throws {
    let tar = try Self.tar(of: Self.shipped)
    let member = try #require(
      Self.members(of: tar).first { $0.name == "fingerprint_db.json" })
    let lines = tar[member.contents].split(separator: 0x0a)
    for number in lines.indices {
      var builder = FingerprintDatabaseBuilder(options: LoadOptions())
      for i in 0..<number {
        let line = Array(lines[i])
        try builder.add(line: line.span, number: i + 1, member: member.name)
      }
      let cut = Array(lines[number].prefix(lines[number].count / 2))
      var found: ArchiveFailure?
      do throws(ArchiveFailure) {
        try builder.add(line: cut.span, number: number + 1, member: member.name)
      } catch {
        found = error
      }
      #expect(found?.member == member.name)
      #expect(found?.line == number + 1)
    }
  }

  @Test func aMemberThatIsThereTwiceIsNamed() throws {
    let file = try ScratchFile([], named: "archive.tgz")
    var writer = try ArchiveWriter(creating: file.path)
    for _ in 0..<2 { try writer.add("VERSION", Array("1; 2".utf8).span) }
    try writer.finish()
    #expect {
      try ResourceArchive.load(file.path)
    } throws: { error in
      (error as? ArchiveFailure)?.member == "VERSION" && "\(error)".contains("twice")
    }
  }
}
