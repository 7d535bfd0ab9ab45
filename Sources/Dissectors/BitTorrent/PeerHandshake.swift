import Bytes
import Wire

extension BitTorrent {
  /// What a peer says first, and the messages right behind it (BEP 3, "peer protocol").
  ///
  /// ```
  ///  0    1                     20           28          48        68
  /// +----+---------------------+------------+-----------+---------+-----------
  /// | 19 | BitTorrent protocol | extensions | info hash | peer id | messages …
  /// +----+---------------------+------------+-----------+---------+-----------
  /// ```
  /// All messages must be whole, and none may be empty as one to keep the connection is.
  struct PeerHandshake: PlainMessage, ~Escapable {
    static let profile = Profile(
      "bittorrent.handshake", over: .tcp, when: .starts("13 42 69 74 54 6f 72 72"),
      key: "bittorrent", summary: "BitTorrent peer handshakes", specification: "BEP 3")

    private let extensions, infoHash, peerID: Span<UInt8>
    private let messages: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.expect("\u{13}BitTorrent protocol")
      extensions = try input.take(8)
      infoHash = try input.take(20)
      peerID = try input.take(20)
      messages = input.rest
      while !input.isAtEnd { _ = try PeerMessage(&input) }
    }

    func report(to record: inout RecordWriter) {
      record.object("bittorrent") { peer in
        peer.hex("extension_bytes", extensions)
        peer.hex("info_dict", infoHash)
        peer.hex("peer_id", peerID)
        if !messages.isEmpty {
          peer.array("messages") { list in
            var rest = Reader(messages)
            while let message = try? PeerMessage(&rest) {
              list.object { message.report(to: &$0) }
            }
          }
        }
        if peer.wants(.rawBitTorrent) { reportFeatures(to: &peer) }
      }
    }

    private func reportFeatures(to record: inout RecordWriter) {
      record.features { features in
        features.feature(extensions)
        features.feature(infoHash)
        features.feature(peerID)
        features.featureList { list in
          var rest = Reader(messages)
          while let message = try? PeerMessage(&rest) { message.reportFeatures(to: &list) }
        }
      }
    }
  }

  /// A length in four bytes, a type, and the rest of that length (BEP 3, "peer messages").
  struct PeerMessage: ~Escapable {
    private let length: UInt32
    private let type: UInt8
    private let body: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      length = try input.u32()
      type = try input.u8()
      body = try input.take(Int(length) - 1)
    }

    func report(to record: inout RecordWriter) {
      record.number("message_length", length)
      record.name("message_type", Self.name(ofType: type), code: UInt64(type))
      record.hex("message", body)
    }

    func reportFeatures(to features: inout Buffer) {
      features.featureList {
        $0.feature(type)
        $0.feature(body)
      }
    }

    private static func name(ofType type: UInt8) -> StaticString? {
      switch type {
      case 0: "choke"
      case 1: "unchoke"
      case 2: "interested"
      case 3: "not_interested"
      case 4: "have"
      case 5: "bit_field"
      case 6: "request"
      case 7: "piece"
      case 8: "cancel"
      case 20: "extended"
      default: nil
      }
    }
  }
}
