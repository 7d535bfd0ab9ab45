import CZlib

/// Inflates gzip (RFC 1952), of any number of members, and zlib (RFC 1950).
@safe package final class Inflater {
  /// zlib keeps the address of its state, which therefore never moves.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isReady = false
  /// Whether a member has ended and no other has begun.
  package private(set) var isBetweenMembers = true

  private static let chunk = 32 << 10

  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
  }

  deinit {
    if isReady { unsafe inflateEnd(stream) }
    unsafe stream.deallocate()
  }

  /// Whether bytes begin as gzip or zlib does.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2 else { return false }
    let isZlib = bytes[0] & 0x0f == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
    return bytes[0] == 0x1f && bytes[1] == 0x8b || isZlib
  }

  /// What is wrong with compressed bytes, as the rest of a sentence about them.
  package struct Failure: Error, Equatable, Sendable {
    package let description: String
  }

  /// Appends what comes of the bytes from `start` on to `output`; how many of them were used.
  ///
  /// - Throws: `Failure` if the bytes are neither gzip nor zlib, or their checksum is another.
  package func inflate(
    _ input: [UInt8], from start: Int, into output: inout [UInt8]
  ) throws(Failure) -> Int {
    if isBetweenMembers { try begin() }
    let before = output.count
    output.append(contentsOf: repeatElement(0, count: Self.chunk))
    let (status, used, left) = unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        // zlib reads and writes within these bounds, during the call only; it does not change
        // what it reads.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.advanced(by: start).assumingMemoryBound(to: Bytef.self))
        unsafe stream.pointee.avail_in = uInt(input.count - start)
        unsafe stream.pointee.next_out =
          output.baseAddress?.advanced(by: before).assumingMemoryBound(to: Bytef.self)
        unsafe stream.pointee.avail_out = uInt(Self.chunk)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        let used = unsafe input.count - start - Int(stream.pointee.avail_in)
        return unsafe (status, used, Int(stream.pointee.avail_out))
      }
    }
    output.removeLast(left)
    switch status {
    case Z_STREAM_END: isBetweenMembers = true
    case Z_OK, Z_BUF_ERROR: break
    default: throw Failure(description: "is damaged: \(reason(status))")
    }
    return used
  }

  private func begin() throws(Failure) {
    // 32 finds out which of both it is.
    let status =
      isReady
      ? unsafe inflateReset(stream)
      : unsafe inflateInit2_(stream, 15 + 32, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw Failure(description: "cannot be inflated: \(reason(status))")
    }
    isReady = true
    isBetweenMembers = false
  }

  private func reason(_ status: CInt) -> String {
    // zlib's texts are constants.
    unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib status \(status)"
  }
}
