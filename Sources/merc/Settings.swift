import ArgumentParser
import Stage

/// A command line with what its `--config` file adds to it, and where each option is from.
///
/// The file's lines become arguments before those of the command line, of which the last counts.
/// Nothing is looked up, and nothing changed, where no file is named.
struct Settings {
  /// Where an option was set.
  enum Origin: Equatable {
    case commandLine
    case file(line: Int)
  }

  let file: ConfigurationFile?
  /// The file's lines that the command line leaves in force.
  private let lines: [ConfigurationFile.Line]
  private let commandLine: [String]

  /// Reads the configuration file, if the command line names one; in `arguments`, options that may
  /// lack a value have one.
  init(_ arguments: [String], of command: @autoclosure () throws -> CommandDescription) throws {
    let paths = Self.files(in: arguments)
    guard let path = paths.first else {
      (file, lines, commandLine) = (nil, [], arguments)
      return
    }
    if paths.count > 1 { throw ValidationError("--config is given more than once") }
    let command = try command()
    let file = try ConfigurationFile(path: path, of: command)
    self.file = file
    var isUnset: Set<String> = []
    commandLine = arguments.compactMap { argument in
      Self.withoutFlagValue(argument, of: command, unsetting: &isUnset)
    }
    let given = Self.uses(in: commandLine, of: command).compactMap(\.parameter.longName)
    // Of what may be given several times the command line's would else come on top of the file's.
    let replaced = isUnset.union(given)
    lines = file.lines.filter { line in
      !replaced.contains(line.name) || line.parameter.kind == .option && !line.parameter.isRepeating
    }
  }

  /// All arguments, the file's first.
  var arguments: [String] { arguments(ofLines: lines.count) }

  private func arguments(ofLines count: Int) -> [String] {
    lines.prefix(count).flatMap { completingValues([$0.argument]) } + commandLine
  }

  /// Lets a parser see the arguments; an error that a line of the file brings about names the line.
  ///
  /// What the command line itself has wrong is left to the next parser.
  func check(parsing parse: ([String]) throws -> Void, message: (any Error) -> String) throws {
    guard let file else { return }
    func heard(withLines count: Int) -> String? {
      do { try parse(arguments(ofLines: count)) } catch { return message(error) }
      return nil
    }
    guard let complaint = heard(withLines: lines.count) else { return }
    // The first line with which it is heard is the one that it is about.
    let culprit = (0...lines.count).first { heard(withLines: $0) == complaint } ?? 0
    if culprit > 0 { throw file.complaint(lines[culprit - 1].number, complaint) }
  }

  /// The values in force of an option, each with where it is from.
  func values(of parameter: CommandDescription.Parameter, in command: CommandDescription)
    -> [(value: String?, origin: Origin)]
  {
    guard let name = parameter.longName else { return [] }
    let here = Self.uses(in: commandLine, of: command)
      .filter { $0.parameter.longName == name }
      .map { (value: $0.value, origin: Origin.commandLine) }
    let there = lines.filter { $0.name == name }
      .map { line in
        let argument = completingValues([line.argument]).first ?? ""
        return (value: Self.attachedValue(argument), origin: Origin.file(line: line.number))
      }
    let all = there + here
    return parameter.isRepeating ? all : all.suffix(1)
  }
}

// MARK: Reading a command line

extension Settings {
  private static func attachedValue(_ argument: String) -> String? {
    argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) }
  }

  /// What `--config` names.
  private static func files(in arguments: [String]) -> [String] {
    var files: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst(), argument != "--" {
      if argument == "--config", let path = rest.first, !path.hasPrefix("-") {
        files.append(path)
      } else if argument.hasPrefix("--config="), let path = attachedValue(argument) {
        files.append(path)
      }
    }
    return files
  }

  /// An argument without the value that flags may have beside a file: `--metadata=0` takes back what
  /// the file says, and is then no argument any more.
  private static func withoutFlagValue(
    _ argument: String, of command: CommandDescription, unsetting isUnset: inout Set<String>
  ) -> String? {
    guard argument.hasPrefix("--"), let value = attachedValue(argument) else { return argument }
    let name = String(argument.dropFirst(2).prefix { $0 != "=" })
    let isFlag = command.arguments?.contains { $0.kind == .flag && $0.longName == name } == true
    guard isFlag else { return argument }
    switch value {
    case "0":
      isUnset.insert(name)
      return nil
    case "1": return "--\(name)"
    default: return argument
    }
  }

  /// The options that stand on a command line which the parser accepts, with their values.
  private static func uses(in arguments: [String], of command: CommandDescription)
    -> [(parameter: CommandDescription.Parameter, value: String?)]
  {
    var uses: [(parameter: CommandDescription.Parameter, value: String?)] = []
    let known = command.arguments ?? []
    var rest = arguments[...]
    while let argument = rest.popFirst(), argument != "--" {
      var found: [CommandDescription.Parameter] = []
      if argument.hasPrefix("--") {
        let name = String(argument.dropFirst(2).prefix { $0 != "=" })
        found = known.filter { $0.longName == name }
      } else if argument.hasPrefix("-") {
        found = argument.dropFirst().prefix { $0 != "=" }.compactMap { letter in
          known.first { $0.shortNames.contains(letter) }
        }
      }
      for parameter in found where parameter.kind == .flag { uses.append((parameter, nil)) }
      if let parameter = found.last(where: { $0.kind == .option }) {
        let attached = attachedValue(argument)
        uses.append((parameter, attached ?? rest.popFirst()))
      }
    }
    return uses
  }
}
