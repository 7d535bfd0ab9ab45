/// A list of what is selected, as `--select` takes it: names, separated by commas.
///
/// `all` is everything, as is a list without any of these names; `none` is nothing, whatever else is
/// there. `all-packets` says nothing of what is read, but that all packets are kept where packets are.
public struct NameList: Equatable, Sendable {
  public static let allPackets = "all-packets"

  /// The names but for those three, in their order.
  public private(set) var names: [String] = []
  public private(set) var isAll = false
  public private(set) var isNone = false
  public private(set) var keepsAllPackets = false
  /// Whether nothing was said but that.
  public private(set) var namesNoProtocols = false

  public init(parsing list: String) {
    var saysNothing = true
    for item in list.split(separator: ",").map(Self.trimmed) where !item.isEmpty {
      if item == Self.allPackets {
        keepsAllPackets = true
        continue
      }
      saysNothing = false
      switch item {
      case "all": isAll = true
      case "none": isNone = true
      default: names.append(item)
      }
    }
    namesNoProtocols = keepsAllPackets && saysNothing
    isAll = (isAll || saysNothing) && !isNone
  }

  /// The list that selects the same, each name once and sorted.
  public var canonical: String {
    var list = keepsAllPackets ? [Self.allPackets] : []
    list += isNone ? ["none"] : isAll ? ["all"] : Set(names).sorted()
    return list.joined(separator: ",")
  }

  private static func trimmed(_ item: Substring) -> String {
    let start = item.drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
