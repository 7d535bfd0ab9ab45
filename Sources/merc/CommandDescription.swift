import FoundationEssentials

/// What a program says of its own command line: names, values and help of every option.
///
/// Read from the argument parser's description of itself, so that what is computed from it (the
/// configuration file, manual pages) cannot lag behind the options.
struct CommandDescription: Decodable {
  /// A flag, an option with a value, or an argument without a name.
  struct Parameter: Decodable {
    enum Kind: String, Decodable { case flag, option, positional }

    struct Name: Decodable {
      enum Kind: String, Decodable { case long, short, longWithSingleDash }

      let kind: Kind
      let name: String
    }

    let kind: Kind
    let shouldDisplay: Bool
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
    let discussion: String?

    /// The long name, without its dashes.
    var longName: String? { names?.first { $0.kind == .long }?.name }

    var shortNames: [Character] {
      (names ?? []).filter { $0.kind == .short }.compactMap(\.name.first)
    }
  }

  let commandName: String
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool
  let arguments: [Parameter]?
  let subcommands: [CommandDescription]?

  /// Reads what `--experimental-dump-help` prints.
  init(dump: String) throws {
    struct Dump: Decodable { let command: CommandDescription }
    self = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
  }

  /// The parameters that people are told of, each with the title it stands under, in their order.
  var sections: [(title: String?, parameters: [Parameter])] {
    var sections: [(title: String?, parameters: [Parameter])] = []
    for parameter in arguments ?? [] where parameter.shouldDisplay {
      if let at = sections.firstIndex(where: { $0.title == parameter.sectionTitle }) {
        sections[at].parameters.append(parameter)
      } else {
        sections.append((parameter.sectionTitle, [parameter]))
      }
    }
    return sections
  }
}
