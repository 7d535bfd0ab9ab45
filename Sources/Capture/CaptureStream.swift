import CPcap
import Glibc

/// The bytes of a capture as libpcap reads them, which lets its caller work while they are waited for.
///
/// libpcap reads through a `FILE`, and cannot put a packet read half aside. So what waits for a
/// slow writer is this: while a pipe or a terminal has nothing to read, it calls `idle` every 20
/// milliseconds. Regular files always have something and are read directly.
@safe final class CaptureStream {
  /// As much as one read may bring.
  static let bufferSize = 1 << 20
  private static let patience: CInt = 20

  private let descriptor: CInt
  private let ownsDescriptor: Bool
  private let idle: () -> Bool
  /// Handed to stdio, which uses it until the `FILE` is closed.
  private let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bufferSize)

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

  deinit { unsafe buffer.deallocate() }

  /// Whether any of the times may be finer than microseconds, as far as has been read.
  var hasNanoseconds: Bool { headers.hasNanoseconds }

  /// A `FILE` over the stream, which must outlive it; closing it closes the descriptor.
  func open() -> UnsafeMutablePointer<FILE>? {
    let functions = unsafe cookie_io_functions_t(
      read: { cookie, bytes, count in
        guard let cookie = unsafe cookie, let bytes = unsafe bytes else { return -1 }
        let stream = unsafe Unmanaged<CaptureStream>.fromOpaque(cookie).takeUnretainedValue()
        return unsafe stream.read(into: bytes, count: Int(count))
      },
      write: nil, seek: nil,
      close: { cookie in
        guard let cookie = unsafe cookie else { return -1 }
        return unsafe Unmanaged<CaptureStream>.fromOpaque(cookie).takeUnretainedValue().close()
      })
    let cookie = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard let file = unsafe fopencookie(cookie, "r", functions) else { return nil }
    unsafe setvbuf(file, buffer, _IOFBF, Self.bufferSize)
    return unsafe file
  }

  func close() -> CInt { ownsDescriptor ? Glibc.close(descriptor) : 0 }

  private func read(into bytes: UnsafeMutablePointer<CChar>, count: Int) -> Int {
    while totalBytes != nil || isReadable() {
      let got = unsafe Glibc.read(descriptor, bytes, count)
      if got < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        return -1
      }
      // `read` wrote `got` bytes there, and nothing else has the buffer meanwhile.
      unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: got) { bytes in
        var piece = unsafe MutableSpan(_unsafeStart: bytes, count: got)
        headers.look(at: &piece)
      }
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
