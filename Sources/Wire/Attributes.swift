import Bytes

/// What a parser found out about a message that the record's analysis tells, one bit each.
///
/// The bits are in the order in which attributes are listed (analysis.md §6 of the reference's
/// rules); those that only a classifier finds come after them.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let residentialProxy = Self(rawValue: 1)
  /// A password as it is typed, or in an encoding that needs no key, such as base64.
  public static let exposedCredentialsPlaintext = Self(rawValue: 2)
  /// What its holder may use until it expires.
  public static let exposedCredentialsToken = Self(rawValue: 4)
  /// What was computed from a password, which can be guessed at leisure.
  public static let exposedCredentialsDerived = Self(rawValue: 8)
  public static let cnsaNonConformant = Self(rawValue: 16)
  public static let nistNonConformant = Self(rawValue: 32)

  /// How many have a name here.
  static let count = 6

  /// The attribute that is printed so.
  public init?(named name: Span<UInt8>) {
    for bit in 0..<Self.count where Self.name(bit).map({ name.equals($0) }) == true {
      self.init(rawValue: 1 << UInt16(bit))
      return
    }
    return nil
  }

  /// The name of the attribute with this bit, as it is printed.
  static func name(_ bit: Int) -> StaticString? {
    switch bit {
    case 0: "residential_proxy"
    case 1: "exposed_credentials_plaintext"
    case 2: "exposed_credentials_token"
    case 3: "exposed_credentials_derived"
    case 4: "cnsa_2_0_non_conformant"
    case 5: "nist_sp_800_52_2_non_conformant"
    default: nil
    }
  }
}

extension RecordWriter {
  /// The analysis of a record that no analyzer has classified: nothing without attributes.
  public mutating func reportAnalysis(of attributes: Attributes) {
    guard !attributes.isEmpty else { return }
    object("analysis") { analysis in
      analysis.literal("status", "unknown")
      analysis.array("attributes") { $0.report(attributes) }
    }
  }

  /// The attributes that parsers find, as elements of the array of all: each is certain.
  public mutating func report(_ attributes: Attributes) {
    for bit in 0..<Attributes.count
    where attributes.contains(Attributes(rawValue: 1 << UInt16(bit))) {
      guard let name = Attributes.name(bit) else { continue }
      reportAttribute(name, probability: 1)
    }
  }

  /// One element of the array of attributes.
  public mutating func reportAttribute(_ name: StaticString, probability: Double) {
    object { attribute in
      attribute.literal("name", name)
      attribute.double("probability_score", probability)
    }
  }
}

extension RecordWriter {
  /// Writes a section of analysis again, or a new one where it is empty, with an attribute that
  /// comes before all others.
  ///
  /// - Throws: `Malformed` if the section is no map with an array `attributes` in `analysis`; then nothing is
  ///   written.
  public mutating func repeatAnalysis(
    _ section: Span<UInt8>, withFirst attribute: Attributes
  ) throws(Malformed) {
    let members = try section.mapMembers
    guard !members.isEmpty else { return object { $0.reportAnalysis(of: attribute) } }
    var reader = CBORReader(members)
    guard try reader.find("analysis"), case .map = try reader.next(),
      try reader.find("attributes"), case .array(count: nil) = try reader.next()
    else { throw .invalid }
    let start = members.count - reader.count
    buffer.append(CBOR.mapStart)
    buffer.append(members.extracting(first: start))
    report(attribute)
    buffer.append(members.extracting(droppingFirst: start))
    buffer.append(CBOR.stop)
  }
}
