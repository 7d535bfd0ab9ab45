import Bytes
import Wire

/// A kind of fingerprint that is classified, each named by what its fingerprints begin with.
package struct FingerprintType: Hashable, Sendable {
  /// Its number in the registry of kinds.
  let number: Int

  /// How many numbers there are, those of other kinds included.
  static let count = FingerprintKinds.standard.count

  package static let all = (0..<count).compactMap { Self(number: $0) }
  package static let tls = Self("tls")
  package static let quic = Self("quic")

  private init?(number: Int) {
    guard FingerprintKinds.standard[number]?.isClassified == true else { return nil }
    self.number = number
  }

  /// The type of a name that the program has: it must be one that is classified.
  package init(_ name: StaticString) {
    guard let type = Self(name: name.bytes) else {
      preconditionFailure("no fingerprints of \(name) are classified")
    }
    self = type
  }

  package var name: StaticString { FingerprintKinds.standard[number]?.name ?? "" }

  /// The type of this name; `nil` for one that is not classified.
  package init?(name: Span<UInt8>) {
    guard let number = FingerprintKinds.standard.number(of: name) else { return nil }
    self.init(number: number)
  }

  /// The type of a fingerprint: what comes before its first slash.
  package init?(of fingerprint: Span<UInt8>) {
    guard let slash = fingerprint.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    self.init(name: fingerprint.extracting(first: slash))
  }
}
