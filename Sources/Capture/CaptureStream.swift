import CPcap
import Glibc

/// The bytes of a capture, which lets its caller work while they are waited for.
///
/// While a pipe or a terminal has nothing to read, it calls `idle` every 20 milliseconds. Regular files
/// always have something and are read directly.
///
/// Bytes are looked at where they are (`fill`, `front`), or libpcap reads them through a `FILE` (`open`),
/// beginning with those that have been looked at and not passed over.
@safe final class CaptureStream {
  /// As much as one read may bring.
  static let bufferSize = 1 << 20
  private static let patience: CInt = 20

  private let descriptor: CInt
  private let ownsDescriptor: Bool
  private let idle: () -> Bool
  /// What has been read, of which the bytes from `start` to `end` have not been passed over.
  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: bufferSize)
  private var start = 0, end = 0
  /// Handed to stdio, which uses it until the `FILE` is closed.
  private var filesBuffer: UnsafeMutablePointer<CChar>?

  /// The size of a regular file; `nil` for what has no end yet.
  let totalBytes: UInt64?
  private(set) var bytesRead: UInt64 = 0
  /// Whether `idle` asked to stop: what follows is not read, and the packet in progress is lost.
  private(set) var isStopped = false
  private var headers = CaptureHeaders()

  init(descriptor: CInt, ownsDescriptor: Bool, totalBytes: UInt64?, idle: @escaping () -> Bool) {
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
    self.totalBytes = totalBytes
    self.idle = idle
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe filesBuffer?.deallocate()
  }

  // MARK: Looking at bytes

  /// Makes `count` bytes stand at `front`, fewer at the end of the input; how many there are, -1 when
  /// reading fails.
  ///
  /// No more than `bufferSize` can be asked for.
  func fill(_ count: Int) -> Int {
    if end - start >= count { return count }
    // The rest moves to the front of the buffer, within it.
    unsafe buffer.update(from: buffer + start, count: end - start)
    (start, end) = (0, end - start)
    while end < count {
      let got = unsafe read(into: buffer + end, count: Self.bufferSize - end)
      guard got > 0 else { return got < 0 ? -1 : end }
      end += got
    }
    return count
  }

  /// The bytes that have been read and not passed over; they stay until `fill` is called.
  var front: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: buffer + start, count: end - start)
  }

  /// Passes over bytes at `front`.
  func skip(_ count: Int) { start = min(start + count, end) }

  // MARK: For libpcap

  /// Whether any of the times may be finer than microseconds, as far as has been read.
  var hasNanoseconds: Bool { headers.hasNanoseconds }

  /// A `FILE` over the stream, which must outlive it; closing it closes the descriptor.
  func open() -> UnsafeMutablePointer<FILE>? {
    let functions = unsafe cookie_io_functions_t(
      read: { cookie, bytes, count in
        guard let cookie = unsafe cookie, let bytes = unsafe bytes else { return -1 }
        let stream = unsafe Unmanaged<CaptureStream>.fromOpaque(cookie).takeUnretainedValue()
        return unsafe stream.copy(into: bytes, count: Int(count))
      },
      write: nil, seek: nil,
      close: { cookie in
        guard let cookie = unsafe cookie else { return -1 }
        return unsafe Unmanaged<CaptureStream>.fromOpaque(cookie).takeUnretainedValue().close()
      })
    let cookie = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard let file = unsafe fopencookie(cookie, "r", functions) else { return nil }
    unsafe filesBuffer = .allocate(capacity: Self.bufferSize)
    unsafe setvbuf(file, filesBuffer, _IOFBF, Self.bufferSize)
    return unsafe file
  }

  func close() -> CInt { ownsDescriptor ? Glibc.close(descriptor) : 0 }

  /// What has been looked at comes first.
  private func copy(into bytes: UnsafeMutablePointer<CChar>, count: Int) -> Int {
    // stdio's buffer has `count` bytes.
    unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
      let left = min(end - start, count)
      guard left > 0 else { return unsafe read(into: bytes, count: count) }
      unsafe bytes.update(from: buffer + start, count: left)
      start += left
      return left
    }
  }

  /// How many bytes have been read, 0 at the end; -1 when reading fails.
  private func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) -> Int {
    while totalBytes != nil || isReadable() {
      let got = unsafe Glibc.read(descriptor, bytes, count)
      if got < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        return -1
      }
      // `read` wrote `got` bytes there, and nothing else has the buffer meanwhile.
      var piece = unsafe MutableSpan(_unsafeStart: bytes, count: got)
      headers.look(at: &piece)
      bytesRead += UInt64(got)
      return got
    }
    return 0
  }

  /// Waits until something can be read; `false` once `idle` wants no more.
  private func isReadable() -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while !isStopped {
      let ready = unsafe poll(&watched, 1, Self.patience)
      if ready > 0 || (ready < 0 && errno != EINTR) { return true }
      isStopped = !idle()
    }
    return false
  }
}
