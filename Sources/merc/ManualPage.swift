import Stage

/// A program's manual page, in the language of man(7), made of what the program says of itself.
struct ManualPage {
  private var lines: [String] = []

  init(of program: CommandDescription, seeAlso: [String]) {
    let name = program.commandName
    lines.append(
      ".TH \(Self.quoted(name.uppercased())) 1 \"\" \"merc \(Release.version)\" \"merc\"")
    lines.append(".SH NAME")
    // In this section the name is no markup, or whatis(1) does not find it.
    lines.append("\(Self.escaped(name)) \\- \(Self.escaped(program.abstract ?? ""))")
    lines.append(".SH SYNOPSIS")
    lines += Self.synopsis(program, name: name)
    lines.append(".SH DESCRIPTION")
    lines += Self.text(program.discussion ?? "")
    lines.append(".SH OPTIONS")
    lines += Self.options(of: program, heading: ".SS")
    let commands = Self.shown(program.subcommands)
    if !commands.isEmpty {
      lines.append(".SH COMMANDS")
      for command in commands { lines += Self.chapter(on: command, under: name) }
    }
    lines.append(".SH SEE ALSO")
    lines.append(
      seeAlso.filter { $0 != name }.map { ".BR \(Self.escaped($0)) (1)" }.joined(separator: " ,\n"))
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// What the argument parser adds to every command is not told of.
  private static func shown(_ commands: [CommandDescription]?) -> [CommandDescription] {
    (commands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  private static func chapter(on command: CommandDescription, under parent: String) -> [String] {
    let name = "\(parent) \(command.commandName)"
    let commands = shown(command.subcommands)
    var lines = [".SS \(quoted(name))"] + text(command.abstract ?? "")
    if commands.isEmpty {
      lines += [".PP"] + synopsis(command, name: name)
      lines += text(command.discussion ?? "")
      lines += options(of: command, heading: ".PP\n")
    } else {
      lines += text(command.discussion ?? "")
    }
    return lines + commands.flatMap { chapter(on: $0, under: name) }
  }

  private static func synopsis(_ command: CommandDescription, name: String) -> [String] {
    let positional = (command.arguments ?? []).filter { $0.kind == .positional && $0.shouldDisplay }
    var lines = [".B \(escaped(name))", "[options]"]
    if !shown(command.subcommands).isEmpty { lines.append("[command]") }
    for parameter in positional {
      let value =
        "\\fI\(escaped(parameter.valueName ?? ""))\\fR\(parameter.isRepeating ? " ..." : "")"
      lines.append(parameter.isOptional ? "[\(value)]" : value)
    }
    return lines
  }

  private static func options(of command: CommandDescription, heading: String) -> [String] {
    var lines: [String] = []
    for (title, parameters) in command.sections {
      if let title { lines.append("\(heading) \(quoted(title))") }
      for parameter in parameters { lines += entry(parameter) }
    }
    return lines
  }

  private static func entry(_ parameter: CommandDescription.Parameter) -> [String] {
    let value = "\\fI\(escaped(parameter.valueName ?? ""))\\fR"
    let names = (parameter.names ?? []).map {
      "\\fB\(escaped(($0.kind == .long ? "--" : "-") + $0.name))\\fR"
    }
    let shorts = names.filter { !$0.hasPrefix("\\fB\\-\\-") }
    let head = (shorts + names.filter { !shorts.contains($0) }).joined(separator: ", ")
    var lines = [".TP"]
    switch parameter.kind {
    case .flag: lines.append(head)
    case .option: lines.append("\(head) \(value)")
    case .positional: lines.append(value)
    }
    lines.append(sentence(escaped(parameter.abstract ?? "")))
    if let text = parameter.discussion { lines.append(escaped(text)) }
    if let value = parameter.defaultValue { lines.append("Default: \(escaped(value)).") }
    return lines
  }

  /// Paragraphs; lines that are indented stay as they are.
  private static func text(_ text: String) -> [String] {
    var lines: [String] = []
    var isVerbatim = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let verbatim = line.hasPrefix("  ") || isVerbatim && line.isEmpty
      if verbatim != isVerbatim {
        lines += verbatim ? [".PP", ".RS 2", ".nf"] : [".fi", ".RE", ".PP"]
      }
      isVerbatim = verbatim
      if verbatim {
        if !line.isEmpty { lines.append(escaped(String(line.dropFirst(2)))) }
      } else {
        lines.append(line.isEmpty ? ".PP" : escaped(String(line)))
      }
    }
    return isVerbatim ? lines + [".fi", ".RE"] : lines
  }

  private static func sentence(_ text: String) -> String {
    text.hasSuffix(".") || text.isEmpty ? text : text + "."
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// Text that means only itself; what is not ASCII is named, so that it reads the same in any encoding.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      case "\n": result += " "
      default:
        result +=
          scalar.isASCII ? String(scalar) : "\\[u\(hex(scalar.value))]"
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }

  private static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
