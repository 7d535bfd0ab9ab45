import ArgumentParser
import Files
import Wire

/// The registry of outputs: what a sink writes, and where.
///
/// One declaration here is one kind of output, for
/// merc-sink, for `merc` and for its `--sink` alike.
package struct OutputSwitches: OutputRegistry {
  @OptionGroup(title: "Outputs")
  package var lines: LineOptions

  @OptionGroup(title: "Outputs")
  package var packets: PacketOptions

  @OptionGroup(title: "A new file every so often")
  package var rotation: RotationSwitches

  @OptionGroup(title: "Statistics")
  package var statistics: StatisticsOptions

  package init() {}

  /// - Throws: `ValidationError` as `check` does.
  package func validate() throws { try check() }
}

/// What follows from the declarations of a registry of outputs.
package protocol OutputRegistry: ParsableArguments {
  var lines: LineOptions { get }
  var rotation: RotationSwitches { get }
}

extension OutputRegistry {
  /// The options of all kinds of output, in the order of their declarations.
  package var kinds: [any OutputOptions] {
    Mirror(reflecting: self).children.compactMap { ($0.value as? any Grouped)?.options }
  }

  /// Checks that outputs do not contend for standard output, and that there are files to rotate.
  ///
  /// - Throws: `ValidationError` if two outputs are standard output, or a rotation has no file to divide.
  package func check() throws {
    let files = rotated.compactMap(\.destination)
    if files.count(where: { $0 == "-" }) > 1 {
      throw ValidationError(
        "--write and --fingerprint cannot both go to standard output; name a file for one")
    }
    try rotation.check(files: files)
  }

  private var rotated: [any OutputOptions] { kinds.filter(\.isRotated) }

  /// What is written to, `-` for standard output: where JSON lines go without being asked for, too.
  package func destinations(isSecondary: Bool = false) -> [String] {
    let asked = kinds.compactMap(\.destination)
    return printsLines(isSecondary: isSecondary) && lines.destination == nil ? ["-"] + asked : asked
  }

  /// Whether JSON lines are printed.
  package func printsLines(isSecondary: Bool = false) -> Bool {
    lines.destination != nil
      || !kinds.contains { $0.destination != nil && $0.replacesLines(isSecondary: isSecondary) }
  }

  /// Whether records are wanted, and not only packets.
  package func wantsRecords(isSecondary: Bool = false) -> Bool {
    printsLines(isSecondary: isSecondary)
      || kinds.contains { $0.destination != nil && $0.wantsRecords }
  }

  /// What the parsers have to send along for them.
  package var carried: [RunPlan.Setting] {
    kinds.filter { $0.destination != nil }.flatMap(\.carried)
  }

  /// Why one of them means nothing in a run without analyzers.
  package var reasonForAnalysis: String? {
    kinds.lazy.filter { $0.destination != nil }.compactMap(\.needsAnalysis).first
  }

  /// Opens all that are asked for.
  ///
  /// - Throws: `FileFailure` if one of them cannot be.
  package func open(_ site: OutputSite, isSecondary: Bool) throws(FileFailure) -> [any Output] {
    var site = site
    site.rotation = rotation.rotation
    var outputs: [any Output] = []
    // What can be refused without emptying a file comes first.
    for kind in kinds.sorted(by: { !$0.isRotated && $1.isRotated }) {
      if let output = try kind.open(site) { outputs.append(output) }
    }
    if lines.destination == nil, printsLines(isSecondary: isSecondary) {
      outputs.append(JSONLines(to: try site.series("-")))
    }
    return outputs
  }

  /// Why one of them cannot work in a run by this plan.
  package func complaint(about plan: RunPlan) -> String? {
    for kind in kinds where kind.destination != nil {
      if let complaint = kind.complaint(about: plan) { return complaint }
    }
    return nil
  }
}

/// A group of options that is a kind of output.
private protocol Grouped { var options: any OutputOptions { get } }

extension OptionGroup: Grouped where Value: OutputOptions {
  fileprivate var options: any OutputOptions { wrappedValue }
}

extension Policy: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "wait": self = .wait
    case "drop": self = .drop
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["wait", "drop"] }
  public var defaultValueDescription: String { "\(self)" }
}
