import Bytes
import Wire

extension SSH {
  /// What one side says first: its banner, its key exchange, or one behind the other.
  struct Opening: ~Escapable {
    private let banner: Banner?
    private let keyExchange: KeyExchange?
    /// The first byte and the length of a packet behind the key exchange.
    private let second: (code: UInt8, length: UInt32)?
    let missing: Missing

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      banner = input.rest.starts(with: "SSH-") ? try? Banner(&input) : nil
      guard !input.isAtEnd, let packet = try? BinaryPacket(&input) else {
        guard banner != nil else { throw .invalid }
        // A key exchange must follow a banner.
        (keyExchange, second, missing) = (nil, nil, .unknown)
        return
      }
      keyExchange = try? KeyExchange(packet.payload)
      if keyExchange != nil {
        missing = .bytes(packet.missing)
        second = Self.second(input)
      } else {
        guard banner != nil else {
          throw packet.missing > 0 ? .short(by: packet.missing) : .invalid
        }
        (second, missing) = (nil, .unknown)
      }
    }

    /// A key exchange of its own may belong to a banner that came before it.
    var isSupplementary: Bool { banner == nil && missing == .nothing }

    private static func second(_ rest: borrowing Reader) -> (code: UInt8, length: UInt32)? {
      var input = copy rest
      guard !input.isAtEnd, let packet = try? BinaryPacket(&input), !packet.payload.isEmpty
      else { return nil }
      return (packet.payload[0], packet.length)
    }

    /// Fingerprints both together, or the one that is there, as the type `types` has for it.
    func fingerprint(as types: FingerprintTypes, into text: inout FingerprintWriter) {
      if let keyExchange {
        text.begin(banner == nil ? types.keyExchange : types.both)
        keyExchange.fingerprint(into: &text)
      } else if let banner {
        text.begin(types.banner)
        banner.fingerprint(into: &text)
      }
    }

    func report(to record: inout RecordWriter) {
      if let banner, let comment = banner.comment {
        record.note(.sshComment) {
          $0.append(banner.version)
          $0.append(comment)
        }
      }
      guard record.wants(.metadata) else { return }
      record.object("ssh") { record in
        banner?.report(to: &record)
        keyExchange?.report(to: &record)
        if let second {
          record.number("sec_binary_pkt_code", second.code)
          record.number("sec_binary_pkt_len", second.length)
        }
      }
    }

    func assess(to record: inout RecordWriter) { keyExchange?.assess(to: &record) }
  }

  /// The names of one side's fingerprints.
  struct FingerprintTypes {
    let banner, keyExchange, both: StaticString
  }
}
