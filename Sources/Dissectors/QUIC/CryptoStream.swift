import Bytes

extension QUIC {
  /// The handshake's bytes in one packet's CRYPTO frames, put in their places (RFC 9000 §19.6).
  ///
  /// Clients cut their hello into frames and send these in any order, so that only those who
  /// understand QUIC can read it.
  struct CryptoStream {
    private var storage = InlineArray<8192, UInt8>(repeating: 0)
    private var start = Int.max, end = 0, total = 0
    private var frames = 0
    /// The length of the last frame that begins the stream, where there is one among the first.
    private var opening: Int?

    static let maxLength = 8192
    /// Of more frames, none is taken for the one that begins the stream.
    static let maxFrames = 20
    /// What is looked at of an opening frame that is shorter, whatever is behind it.
    static let minOpening = 10

    /// Adds what the CRYPTO frames among these hold, up to the first frame that cannot be read.
    mutating func add(framesOf bytes: Span<UInt8>) {
      var rest = Reader(bytes)
      while !rest.isAtEnd, let frame = try? Frame(&rest) {
        if case .crypto(let offset, let data) = frame { add(data, at: offset) }
      }
    }

    /// Whether a frame's data is looked at.
    static func takes(_ data: Span<UInt8>, at offset: UInt64) -> Bool {
      !data.isEmpty && offset <= UInt64(maxLength) && data.count <= maxLength - Int(offset)
    }

    private mutating func add(_ data: Span<UInt8>, at offset: UInt64) {
      guard Self.takes(data, at: offset) else { return }
      frames += 1
      let offset = Int(offset)
      for i in data.indices { storage[offset + i] = data[i] }
      start = min(start, offset)
      end = max(end, offset + data.count)
      total += data.count
      if offset == 0 { opening = frames <= Self.maxFrames ? data.count : nil }
    }

    /// What there is of the first handshake message, from its first byte on; no more of it than
    /// is known to be without a gap, and nothing without the stream's first bytes.
    ///
    /// Frames that overlap or come twice count as a gap.
    var bytes: Span<UInt8> {
      @_lifetime(borrow self) get {
        if frames > 0, total == end - start { return storage.span.extracting(first: end) }
        guard let opening else { return storage.span.extracting(first: 0) }
        return storage.span.extracting(first: max(opening, Self.minOpening))
      }
    }
  }
}
