import Bytes
import Wire

extension QUIC {
  /// The packet that opens a connection, with the client's TLS hello in it.
  ///
  /// What a server sends has other keys, so those packets show only their headers.
  struct Initial: Message, ~Escapable {
    static let profile = Profile(
      "quic", over: .udp, when: .starts("80/80 ?? ?? ?? ?? 00/e0"), key: "quic",
      summary: "QUIC Initial packets, decrypted where a client sent them",
      specification: "RFC 9000 §17.2.2, RFC 9001 §5")

    private let datagram: Span<UInt8>
    /// The handshake's bytes, where this packet was the last of several that had them.
    private let assembled: Span<UInt8>
    private let header: LongHeader
    private let contents: Contents
    private let opened: Plaintext
    /// What the CRYPTO frames hold of the handshake.
    private let crypto: Pieces

    /// What the packet's payload is.
    private enum Contents {
      case sealed
      /// It was decrypted before it was captured.
      case plain
      case opened(Protection)
    }

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      datagram = input.rest.extracting(droppingLast: context.assembled)
      assembled = input.rest.extracting(last: context.assembled)
      input = Reader(datagram)
      guard input.count >= QUIC.minDatagram else { throw input.reject() }
      header = try LongHeader(&input)
      let known = Protection(version: header.version.u32(at: 0))
      if let known, !known.allows(header.flags) { throw input.reject() }
      var opened = Plaintext()
      var crypto = Pieces(isWanted: true)
      if let frames = header.plainFrames {
        contents = .plain
        crypto.add(cryptoFramesOf: frames)
      } else if let protection = opened.open(
        header, known, triesAll: context.options.contains(.quicTrialDecryption))
      {
        contents = .opened(protection)
        crypto.add(cryptoFramesOf: opened.bytes)
      } else {
        contents = .sealed
      }
      self.opened = opened
      self.crypto = crypto
    }

    var missing: Missing { .bytes(handshake?.missing ?? 0) }

    func tell(_ pieces: inout Pieces) {
      if case .sealed = contents { return }
      pieces = crypto
      let id = header.destinationID.isEmpty ? header.sourceID : header.destinationID
      pieces.belong(to: id, missing: handshake?.missing ?? 0)
    }

    func fingerprint(into text: inout FingerprintWriter) {
      guard let clientHello else { return }
      var form: Int?
      if case .plain = contents { form = 0 }
      form = text.begin("quic", form: form)
      text.group(header.version)
      clientHello.fingerprint(form == 1 ? .selected : .sorted, into: &text)
    }

    func report(to record: inout RecordWriter) {
      clientHello?.report(to: &record)
      record.object("quic") { quic in
        let bits = Bits(header.flags)
        quic.text("connection_info", bits.digits.span)
        quic.hex("version", header.version)
        quic.hex("dcid", header.destinationID)
        quic.hex("scid", header.sourceID)
        quic.hex("token", header.token)
        guard let frames else { return quic.hex("raw_packet_data", datagram) }
        reportLastFrame(of: frames, to: &quic)
        if case .opened(let protection) = contents { quic.literal("salt_string", protection.name) }
        quic.hex("plaintext", frames)
      }
    }

    func assess(to record: inout RecordWriter) {
      guard missing == .nothing, let clientHello else { return }
      record.reportAssessment(quantumSafety: {
        QuantumSafety(clientHello).report("client", to: &$0)
      })
    }

    private var frames: Span<UInt8>? {
      @_lifetime(borrow self) get {
        switch contents {
        case .sealed: nil
        case .plain: header.plainFrames
        case .opened: opened.bytes
        }
      }
    }

    private var handshake: TLS.Handshake? {
      @_lifetime(borrow self) get {
        var input = Reader(handshakeBytes)
        return try? TLS.Handshake(&input)
      }
    }

    private var handshakeBytes: Span<UInt8> {
      @_lifetime(borrow self) get {
        if case .plain = contents { return crypto.message }
        return assembled.isEmpty ? crypto.message : assembled
      }
    }

    private var clientHello: TLS.ClientHelloBody? {
      @_lifetime(borrow self) get {
        guard let handshake else { return nil }
        var body = Reader(handshake.body, isBody: true)
        return try? TLS.ClientHelloBody(&body)
      }
    }

    /// Adds the last frame that acknowledges something or ends the connection.
    private func reportLastFrame(of frames: Span<UInt8>, to record: inout RecordWriter) {
      var rest = Reader(frames)
      var last: Frame?
      while !rest.isAtEnd, let frame = try? Frame(&rest) {
        switch frame {
        case .acknowledgement, .connectionClose: last = frame
        case .padding, .ping, .crypto: break
        }
      }
      switch last {
      case .acknowledgement(let acknowledgement): acknowledgement.report(to: &record)
      case .connectionClose(let close): close.report(to: &record)
      default: break
      }
    }
  }
}

extension Pieces {
  /// Adds what the CRYPTO frames among these hold (RFC 9000 §19.6), up to the first frame that cannot be
  /// read.
  ///
  /// Clients cut their hello into frames and send these in any order, so that only those who
  /// understand QUIC can read it. A frame that reaches beyond the capacity is not looked at.
  fileprivate mutating func add(cryptoFramesOf bytes: Span<UInt8>) {
    var rest = Reader(bytes)
    while !rest.isAtEnd, let frame = try? QUIC.Frame(&rest) {
      guard case .crypto(let offset, let data) = frame, offset <= UInt64(Self.capacity),
        data.count <= Self.capacity - Int(offset)
      else { continue }
      add(data, at: Int(offset))
    }
  }
}

extension QUIC.Plaintext {
  /// Decrypts a packet with the protection its version is known to have, or if the user wants all
  /// to be tried, with any; says which it was.
  fileprivate mutating func open(
    _ header: borrowing QUIC.LongHeader, _ known: QUIC.Protection?, triesAll: Bool
  ) -> QUIC.Protection? {
    if let known, open(header, known) { return known }
    guard triesAll else { return nil }
    for other in QUIC.Protection.allCases where other != known && open(header, other) {
      return other
    }
    return nil
  }
}

/// A byte as eight binary digits.
private struct Bits {
  private(set) var digits = InlineArray<8, UInt8>(repeating: 0x30)

  init(_ byte: UInt8) {
    for i in 0..<8 { digits[i] += byte >> UInt8(7 - i) & 1 }
  }
}
