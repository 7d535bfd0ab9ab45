import Bytes
import Wire

extension TLS.ClientHelloBody {
  /// How much of features is reported.
  private static let maxFeatures: UInt16 = 4096

  /// Version, cipher suites and extensions, in the order and the bytes they were sent in.
  ///
  /// Unlike everywhere else, an extension that is not whole does not end the walk: it is listed
  /// without its value, which is then taken for extensions.
  func reportFeatures(to record: inout RecordWriter) {
    record.features(limit: Self.maxFeatures, tooLong: nil) { features in
      features.feature(version)
      features.feature(cipherSuites)
      features.featureList { list in
        var rest = extensions.input.rest
        while !rest.isEmpty {
          let type = UInt16(rest[0]) << 8 | (rest.count > 1 ? UInt16(rest[1]) : 0)
          guard rest.count >= 4 else { return list.featurePair(type, rest.extracting(first: 0)) }
          let length = Int(rest.u16(at: 2))
          rest = rest.extracting(droppingFirst: 4)
          let taken = length <= rest.count ? length : 0
          list.featurePair(type, rest.extracting(first: taken))
          rest = rest.extracting(droppingFirst: taken)
        }
      }
    }
  }
}
