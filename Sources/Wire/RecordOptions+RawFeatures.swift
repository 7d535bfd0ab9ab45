extension RecordOptions {
  /// The protocols that have raw features, by their names on the command line.
  private static let rawFeatureNames: [(name: String, option: RecordOptions)] = [
    ("bittorrent", .rawBitTorrent), ("smb", .rawSMB), ("ssdp", .rawSSDP), ("stun", .rawSTUN),
    ("tls", .rawTLS),
  ]

  /// Reads names separated by commas; `all` is all of them, `none` adds nothing.
  ///
  /// - Throws: `UnknownRawFeatures` at the first name that is none of these.
  public init(parsingRawFeatures list: String) throws(UnknownRawFeatures) {
    self = []
    for name in list.split(separator: ",") {
      let name = String(name.filter { !$0.isWhitespace })
      switch name {
      case "", "none": break
      case "all": for (_, option) in Self.rawFeatureNames { insert(option) }
      default:
        guard let (_, option) = Self.rawFeatureNames.first(where: { $0.name == name }) else {
          throw UnknownRawFeatures(name: name)
        }
        insert(option)
      }
    }
  }

  /// The list that gives the raw features that are among these options.
  public var rawFeatures: String {
    let names = Self.rawFeatureNames.filter { contains($0.option) }.map(\.name)
    return names.isEmpty ? "none" : names.joined(separator: ",")
  }

  public struct UnknownRawFeatures: Error, CustomStringConvertible {
    public let name: String

    public var description: String {
      "There are no raw features of '\(name)'. Names are all, none, "
        + RecordOptions.rawFeatureNames.map(\.name).joined(separator: ", ") + "."
    }
  }
}
