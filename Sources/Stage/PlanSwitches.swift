import ArgumentParser
import Wire

/// The options that state the plan of a run: what `merc` and `merc-capture` are told once, for all stages.
///
/// A stage that joins a run may be given them too; they must then agree with its plan.
package struct PlanSwitches: ParsableArguments {
  @OptionGroup
  package var records: RecordSwitches

  /// Under the title of the options that only mean something with it.
  package struct Analysis: ParsableArguments {
    @Flag(
      name: [.customShort("a"), .long],
      help: ArgumentHelp(
        "Tell which process most likely sent a message that has a fingerprint of a client, and what "
          + "is suspicious about it. The others here need this one."))
    package var analysis = false

    package init() {}
  }

  @OptionGroup(title: "Which process sent it")
  package var analyzing: Analysis

  @OptionGroup(title: "Which process sent it")
  package var verdicts: VerdictSwitches

  package init() {}

  package var analysis: Bool { analyzing.analysis }

  /// Checks the values of the plan's settings.
  ///
  /// - Throws: `ValidationError` for the first value that is not valid.
  package func validate() throws {
    do { try plan.check() } catch { throw ValidationError(error.description) }
  }

  /// The plan that they state.
  package var plan: RunPlan { RunPlan(statedSettings) }
}

/// What verdicts tell beyond the usual.
package struct VerdictSwitches: ParsableArguments {
  @Flag(help: "Tell also which operating systems the process was seen on.")
  package var reportOs = false

  @Flag(
    help: """
      Tell also which processes came nearest, and what each of the destination's features added to \
      their scores.
      """)
  package var explain = false

  @Flag(help: "Tell also which version of the archive each verdict is from.")
  package var resourcesVersion = false

  package init() {}
}

extension ParsableArguments {
  /// The settings that these options state: those that differ from the defaults, under their long names.
  ///
  /// Read from the declarations, so that an option needs no second line to become part of the plan. The
  /// long name of each has to be that of its property, which is the rule where none is given.
  package var statedSettings: [RunPlan.Setting] {
    Mirror(reflecting: self).children.flatMap { child -> [RunPlan.Setting] in
      guard let label = child.label, let stated = child.value as? any StatedOption else {
        return []
      }
      return stated.settings(named: label.drop { $0 == "_" }.optionName)
    }
  }
}

/// A property wrapper of the argument parser whose value can be a setting.
private protocol StatedOption {
  func settings(named name: String) -> [RunPlan.Setting]
}

extension Flag: StatedOption where Value == Bool {
  fileprivate func settings(named name: String) -> [RunPlan.Setting] {
    wrappedValue ? [RunPlan.Setting(name)] : []
  }
}

extension Option: StatedOption where Value: StatedValue {
  fileprivate func settings(named name: String) -> [RunPlan.Setting] {
    wrappedValue.stated.map { [RunPlan.Setting(name, $0)] } ?? []
  }
}

extension OptionGroup: StatedOption {
  fileprivate func settings(named name: String) -> [RunPlan.Setting] { wrappedValue.statedSettings }
}

/// What an option's value may be.
private protocol StatedValue { var stated: String? { get } }

extension Optional: StatedValue where Wrapped: LosslessStringConvertible {
  fileprivate var stated: String? { map(\.description) }
}
extension String: StatedValue { fileprivate var stated: String? { self } }
extension Array: StatedValue where Element == String { fileprivate var stated: String? { last } }

extension Substring {
  /// `dns-json` for `dnsJson`, as the argument parser makes it.
  fileprivate var optionName: String {
    reduce(into: "") { name, letter in
      if letter.isUppercase { name += "-" }
      name += letter.lowercased()
    }
  }
}
