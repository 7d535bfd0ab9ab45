import Bytes
import Wire

extension SMB2 {
  /// What clients and servers of version 3.1.1 agree on besides the dialect, MS-SMB2 §2.2.3.1.
  ///
  ///      0      2        4          8
  ///     | type | length | reserved | data | padding |
  ///
  /// If one exists, it can be read to its end.
  struct ContextList: ~Escapable {
    private let list: Reader

    @_lifetime(copy list)
    init(_ list: Reader) throws(Malformed) {
      self.list = list
      var rest = list
      while !rest.isAtEnd { _ = try NegotiateContext(&rest) }
    }

    /// How much is passed over behind so many bytes: up to the next multiple of eight, and all
    /// eight where there should be nothing to pass over.
    static func padding(behind length: Int) -> Int { 8 - length % 8 }

    /// Adds `negotiate_contexts`; nothing where there are none.
    func report(to record: inout RecordWriter) {
      guard !list.isAtEnd else { return }
      record.array("negotiate_contexts") { record in
        var rest = list
        while !rest.isAtEnd, let context = try? NegotiateContext(&rest) {
          record.object { context.report(to: &$0) }
        }
      }
    }

    func reportFeatures(to features: inout Buffer) {
      features.featureList { list in
        var rest = self.list
        while !rest.isAtEnd, let context = try? NegotiateContext(&rest) {
          list.featurePair(context.type, context.data)
        }
      }
    }
  }

  /// One of them.
  private struct NegotiateContext: ~Escapable {
    let type: UInt16
    let data: Span<UInt8>

    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader) throws(Malformed) {
      type = try input.u16le()
      let length = Int(try input.u16le())
      try input.skip(4)
      data = try input.take(length)
      _ = try input.take(upTo: ContextList.padding(behind: length))
    }

    /// What the data is too short for is reported as zero.
    func report(to record: inout RecordWriter) {
      record.name("context_type", typeName, code: UInt64(type))
      record.number("data_length", UInt(data.count))
      var input = Reader(data)
      switch type {
      case 1: reportHashes(&input, to: &record)
      case 2:
        let count = (try? input.u16le()) ?? 0
        record.number("cipher_count", count)
        record.array("ciphers") { record in
          Self.forEach(&input, count) { record.name(Self.cipherName($0), code: UInt64($0)) }
        }
      case 3:
        let count = (try? input.u16le()) ?? 0
        try? input.skip(2)
        record.number("compression_algorithm_count", count)
        record.hex("flags", (try? input.u32le()) ?? 0)
        record.array("compression_algorithms") { record in
          Self.forEach(&input, count) { record.literal(Self.compressionName($0)) }
        }
      case 5: reportName(to: &record)
      case 6: record.hex("flags", (try? input.u32le()) ?? 0)
      case 7:
        let count = (try? input.u16le()) ?? 0
        try? input.skip(6)
        record.number("transform_count", count)
        record.array("rdma_transform_ids") { record in
          Self.forEach(&input, count) { record.literal(Self.transformName($0)) }
        }
      case 8:
        let count = (try? input.u16le()) ?? 0
        record.number("signing_algorithm_count", count)
        record.array("signing_algorithms") { record in
          Self.forEach(&input, count) { record.literal(Self.signingName($0)) }
        }
      default: record.hex("value", data)
      }
    }

    /// Calls `body` with each of `count` numbers, or as many as there are.
    @_lifetime(input: copy input)
    private static func forEach(
      _ input: inout Reader, _ count: UInt16, _ body: (UInt16) -> Void
    ) {
      for _ in 0..<Int(count) {
        guard !input.isAtEnd, let number = try? input.u16le() else { return }
        body(number)
      }
    }

    /// `HashAlgorithmCount, SaltLength, HashAlgorithms, Salt`, MS-SMB2 §2.2.3.1.1.
    @_lifetime(input: copy input)
    private func reportHashes(_ input: inout Reader, to record: inout RecordWriter) {
      let count = (try? input.u16le()) ?? 0
      let length = (try? input.u16le()) ?? 0
      record.number("hash_algorithm_count", count)
      record.array("hash_algorithms") { record in
        Self.forEach(&input, count) { record.hex($0) }
      }
      record.hex("salt", try? input.take(Int(length)))
    }

    /// The server's name: text where its UTF-16 is ASCII, else hexadecimal.
    private func reportName(to record: inout RecordWriter) {
      guard isASCII else { return record.hex("netname", data) }
      record.text("netname", count: data.count / 2) { text in
        for i in stride(from: 0, to: data.count, by: 2) { text.append(data[i]) }
      }
    }

    private var isASCII: Bool {
      guard data.count % 2 == 0 else { return false }
      for i in stride(from: 0, to: data.count, by: 2) {
        guard 0x20...0x7f ~= data[i], data[i + 1] == 0 else { return false }
      }
      return true
    }

    private var typeName: StaticString? {
      switch type {
      case 1: "smb2_preauth_integrity_capabilities"
      case 2: "smb2_encryption_capabilties"
      case 3: "smb2_compression_capabilities"
      case 5: "smb2_netname_negotiate_context_id"
      case 6: "smb2_transport_capabilities"
      case 7: "smb2_rdma_transform_capabilites"
      case 8: "SMB2_SIGNING_CAPABILITIES"
      default: nil
      }
    }

    private static func cipherName(_ cipher: UInt16) -> StaticString? {
      switch cipher {
      case 1: "AES-128-CCM"
      case 2: "AES-128-GCM"
      case 3: "AES-256-CCM"
      case 4: "AES-256-GCM"
      default: nil
      }
    }

    private static func compressionName(_ algorithm: UInt16) -> StaticString {
      switch algorithm {
      case 0: "none"
      case 1: "LZNT1"
      case 2: "LZ77"
      case 3: "LZ77+Huffman"
      case 4: "Pattern_V1"
      default: "unknown"
      }
    }

    private static func transformName(_ transform: UInt16) -> StaticString {
      switch transform {
      case 0: "smb2_rdma_transform_none"
      case 1: "smb2_rdma_transform_encryption"
      case 2: "smb2_rdma_transform_signing"
      default: "unknown"
      }
    }

    private static func signingName(_ algorithm: UInt16) -> StaticString {
      switch algorithm {
      case 0: "HMAC-SHA256"
      case 1: "AES-CMAC"
      case 2: "AES-GMAC"
      default: "unknown"
      }
    }
  }
}
