import Bytes
import CZlib
import CZstd

/// How a file is compressed, as the end of its name says.
package enum Compression: String, CaseIterable, Sendable {
  case gzip = ".gz"
  case zstd = ".zst"

  package init?(path: String) {
    guard let match = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
      return nil
    }
    self = match
  }

  /// What files compressed this way end in.
  package var suffix: String { rawValue }
}

/// Compresses bytes as they come.
///
/// Both formats may be decompressed from a beginning that was synchronized on, and one whole stream may
/// follow another.
@safe package struct Compressor: ~Copyable {
  /// What becomes of the bytes that the compressor holds back to compress them better.
  enum Step {
    case keep
    /// They come out, and a reader of what is there gets all of them.
    case synchronize
    case end
  }

  private let compression: Compression
  /// One of the two is there, and nothing else has it.
  private let gzip: UnsafeMutablePointer<z_stream>?
  private let zstd: OpaquePointer?
  private let room: UnsafeMutableRawBufferPointer
  /// Whether something was added since the bytes last came out.
  private var holdsBack = false

  /// Much faster than the usual ones, and nearly as small for lines that are alike.
  package static let fast: Int32 = 1

  init(_ compression: Compression, level: Int32) {
    self.compression = compression
    unsafe room = .allocate(byteCount: 128 << 10, alignment: 16)
    switch compression {
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      // 16 beyond the largest window asks for gzip's header and trailer. The stream stays where it is.
      let result = unsafe deflateInit2_(
        stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      precondition(result == Z_OK, "no memory to compress with")
      unsafe gzip = stream
      unsafe zstd = nil
    case .zstd:
      // Ours until it is freed by `deinit`.
      guard let stream = unsafe ZSTD_createCCtx() else {
        preconditionFailure("no memory to compress with")
      }
      unsafe ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, level)
      unsafe ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
      unsafe gzip = nil
      unsafe zstd = stream
    }
  }

  deinit {
    if let gzip = unsafe gzip {
      unsafe deflateEnd(gzip)
      unsafe gzip.deallocate()
    }
    unsafe ZSTD_freeCCtx(zstd)
    unsafe room.deallocate()
  }

  /// Compresses `bytes` and appends what comes out to `buffer`.
  mutating func add(_ bytes: Span<UInt8>, _ step: Step, to buffer: inout Buffer) {
    if step == .synchronize, bytes.isEmpty, !holdsBack { return }
    // The bytes are read within the call.
    unsafe bytes.withUnsafeBytes { input in
      if let gzip = unsafe gzip {
        unsafe Self.deflate(input, step, gzip, room, &buffer)
      } else if let zstd = unsafe zstd {
        unsafe Self.compress(input, step, zstd, room, &buffer)
      }
    }
    holdsBack = step == .keep
  }

  private static func deflate(
    _ input: UnsafeRawBufferPointer, _ step: Step, _ stream: UnsafeMutablePointer<z_stream>,
    _ room: UnsafeMutableRawBufferPointer, _ buffer: inout Buffer
  ) {
    let flush =
      switch step {
      case .keep: Z_NO_FLUSH
      case .synchronize: Z_SYNC_FLUSH
      case .end: Z_FINISH
      }
    // zlib only reads from where this points.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    repeat {
      unsafe stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
      unsafe stream.pointee.avail_out = UInt32(room.count)
      _ = unsafe CZlib.deflate(stream, flush)
      let count = unsafe room.count - Int(stream.pointee.avail_out)
      unsafe buffer.append(Span(_unsafeBytes: UnsafeRawBufferPointer(room)[..<count]))
      // Only where the room is full there may be more.
    } while unsafe stream.pointee.avail_out == 0
  }

  private static func compress(
    _ input: UnsafeRawBufferPointer, _ step: Step, _ stream: OpaquePointer,
    _ room: UnsafeMutableRawBufferPointer, _ buffer: inout Buffer
  ) {
    let directive =
      switch step {
      case .keep: ZSTD_e_continue
      case .synchronize: ZSTD_e_flush
      case .end: ZSTD_e_end
      }
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var isMore = true
    while isMore {
      var target = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let left = unsafe ZSTD_compressStream2(stream, &target, &source, directive)
      precondition(ZSTD_isError(left) == 0, "no memory to compress with")
      unsafe buffer.append(Span(_unsafeBytes: UnsafeRawBufferPointer(room)[..<target.pos]))
      isMore = unsafe step == .keep ? source.pos < source.size : left > 0
    }
  }
}
