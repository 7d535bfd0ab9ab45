import Bytes
import Classifier
import Glibc

/// Lines as they arrive on a pipe or from a file, perhaps one that is compressed, without waiting longer than the caller wants to.
package struct LineSource: ~Copyable {
  private let descriptor: CInt
  private let ownsDescriptor: Bool
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
  package init(descriptor: CInt, ownsDescriptor: Bool = false) {
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
  }

  /// Reads a file; one that gzip has compressed is read as what it was.
  ///
  /// - Throws: `LearnFailure` if it cannot be opened; later failures are in `failure`.
  package init(path: String) throws(LearnFailure) {
    // The path becomes a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      // strerror gives a terminated string that lives until the next call; it is copied here.
      let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? ""
      throw LearnFailure("\(path): cannot be read: \(reason)")
    }
    self.init(descriptor: descriptor, ownsDescriptor: true)
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

  deinit { if ownsDescriptor { close(descriptor) } }

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
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // One element, which outlives the call.
      guard unsafe poll(&watched, 1, milliseconds) > 0 else { return .nothing }
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
    let before = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.chunk))
    let count = unsafe bytes.withUnsafeMutableBytes {
      // Within the bytes appended above.
      unsafe read(descriptor, $0.baseAddress.map { unsafe $0 + before }, Self.chunk)
    }
    bytes.removeLast(Self.chunk - max(count, 0))
    if count == 0 || count < 0 && errno != EINTR && errno != EAGAIN { isAtEnd = true }
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
