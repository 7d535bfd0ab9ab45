import ArgumentParser
import FoundationEssentials

/// A file of options: one a line, `name=value`, or a bare word for what takes no value; a line that
/// begins with `#` is a comment.
///
/// Its keys are the long names of the command line's options, whatever these are.
struct ConfigurationFile {
  /// A line as the argument it stands for.
  struct Line {
    let number: Int
    let parameter: CommandDescription.Parameter
    /// `nil` where a bare word is all.
    let value: String?

    var name: String { parameter.longName ?? "" }

    var argument: String { value.map { "--\(name)=\($0)" } ?? "--\(name)" }
  }

  let path: String
  private(set) var lines: [Line] = []

  /// What stands for an action, not for a setting.
  private static let actions: Set = ["config", "help", "version", "license"]

  /// Whether an option can stand in a file.
  static func holds(_ parameter: CommandDescription.Parameter) -> Bool {
    parameter.shouldDisplay && parameter.longName.map { !actions.contains($0) } == true
  }

  /// Reads a file whose keys are a command's options.
  init(path: String, of command: CommandDescription) throws {
    self.path = path
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw ValidationError(
        "the configuration file \(path) \(isThere ? "cannot be read" : "is not there")")
    }
    let texts = String(decoding: data, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, text) in texts.enumerated() {
      guard let line = try line(text, number: index + 1, of: command) else { continue }
      if !line.parameter.isRepeating, let first = lines.first(where: { $0.name == line.name }) {
        throw complaint(line.number, "\(line.name) stands in line \(first.number) already")
      }
      lines.append(line)
    }
  }

  /// An error about one line.
  func complaint(_ number: Int, _ text: String) -> ValidationError {
    ValidationError("\(path), line \(number): \(text)")
  }

  /// Reads one line; `nil` where it says nothing.
  private func line(_ text: Substring, number: Int, of command: CommandDescription) throws -> Line?
  {
    let text = Self.trimmed(text)
    guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map(Self.trimmed)
    var (name, value) = (parts[0], parts.count > 1 ? parts[1] : nil)
    // mercury's word for it, with a number of its own.
    if name == "verbosity" {
      guard let level = value.flatMap({ Int($0) }) else {
        throw complaint(number, "verbosity takes a number: 0 for nothing, 1 for an account")
      }
      (name, value) = ("verbose", level > 0 ? "1" : "0")
    }
    let known = command.arguments?.first { $0.shouldDisplay && $0.longName == name }
    guard let parameter = known, Self.holds(parameter) else {
      throw complaint(
        number,
        known == nil
          ? "there is no option '\(name)'; 'merc config show' lists those there are"
          : "\(name) has no place in a configuration file")
    }
    if parameter.kind == .option {
      if value?.isEmpty == true { throw complaint(number, "\(name)= has no value") }
      return Line(number: number, parameter: parameter, value: value)
    }
    switch value {
    case nil, "1": return Line(number: number, parameter: parameter, value: nil)
    case "0": return nil
    default: throw complaint(number, "\(name) stands alone, or has the value 1 or 0")
    }
  }

  /// Without the spaces around it; those within a value are its own.
  private static func trimmed(_ text: Substring) -> String {
    let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex
    return String(text[..<end].drop(while: \.isWhitespace))
  }
}
