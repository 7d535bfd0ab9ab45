import Bytes
import Classifier
import Files
import Glibc

/// Lines as they arrive on a pipe or from a file, perhaps one that is compressed, without waiting longer than the caller wants to.
package struct LineSource: ~Copyable {
  private let file: InputFile
  private var compressed: CompressedFile?
  /// Why a compressed file could not be read to its end.
  package private(set) var failure: ArchiveFailure?
  private var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0
  private var isAtEnd = false
  private var range = 0..<0

  private static let chunk = 64 << 10
  /// A line that is longer comes in pieces, none of which is a record.
  static let maxLine = 16 << 20

  /// Reads from a descriptor.
  package init(descriptor: CInt) { file = InputFile(descriptor: descriptor) }

  /// Reads a file; one that gzip has compressed is read as what it was.
  ///
  /// - Throws: `LearnFailure` if it cannot be opened; later failures are in `failure`.
  package init(path: String) throws(LearnFailure) {
    do throws(FileFailure) { file = try InputFile(reading: path) } catch {
      throw LearnFailure("\(path): cannot be read: \(error.reason)")
    }
    if next(milliseconds: -1) == .line, line.count > 1, line.u16(at: 0) == 0x1f8b {
      bytes.removeAll()
      isAtEnd = false
      do throws(ArchiveFailure) { compressed = try CompressedFile(path: path) } catch {
        failure = error
        isAtEnd = true
      }
    }
    start = 0
    searched = 0
  }

  package enum Event: Equatable, Sendable { case line, nothing, end }

  /// Goes to the next line, waiting for it so long at most.
  package mutating func next(milliseconds: CInt) -> Event {
    while true {
      if let end = newline() {
        take(end, skipping: 1)
        return .line
      }
      if bytes.count - start > Self.maxLine {
        take(bytes.count, skipping: 0)
        return .line
      }
      if isAtEnd {
        guard start < bytes.count else { return .end }
        take(bytes.count, skipping: 0)
        return .line
      }
      if compressed != nil {
        inflate()
        continue
      }
      guard file.isReadable(within: milliseconds) else { return .nothing }
      fill()
    }
  }

  private mutating func take(_ end: Int, skipping: Int) {
    range = start..<end
    start = end + skipping
    searched = start
  }

  private mutating func newline() -> Int? {
    let end = bytes.span.extracting(searched..<bytes.count).firstIndex(of: UInt8(ascii: "\n"))
    defer { searched = bytes.count }
    return end.map { searched + $0 }
  }

  private mutating func fill() {
    bytes.removeSubrange(..<start)
    searched -= start
    start = 0
    do throws(FileFailure) {
      if try file.read(upTo: Self.chunk, into: &bytes) == 0 { isAtEnd = true }
    } catch {
      if error.errno != EAGAIN { isAtEnd = true }
    }
  }

  private mutating func inflate() {
    bytes.removeSubrange(..<start)
    searched -= start
    start = 0
    do throws(ArchiveFailure) {
      if try compressed?.read(into: &bytes) != true { isAtEnd = true }
    } catch {
      failure = error
      isAtEnd = true
    }
  }

  /// The line that `next` went to, without its end.
  package var line: Span<UInt8> {
    @_lifetime(borrow self) get { bytes.span.extracting(range) }
  }
}
