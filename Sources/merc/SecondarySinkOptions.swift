import ArgumentParser
import Dissectors
import Output
import Stage
import Wire

/// A secondary sink, as one `--sink` describes it.
struct SecondarySinkOptions {
  let outputs: OutputSwitches
  let policy: Policy
  let selection: Selection

  private struct Arguments: ParsableArguments {
    @Option(name: [.short, .customLong("select")]) var select: String?
    @OptionGroup var outputs: OutputSwitches
    @Option var policy = Policy.wait
  }

  /// Reads the options that stand in one argument.
  init(parsing text: String) throws {
    func complaint(_ what: String) -> ValidationError {
      ValidationError("--sink \"\(text)\": \(what)")
    }
    guard let words = Self.words(in: text) else { throw complaint("a quote is not closed") }
    let arguments: Arguments
    do { arguments = try Arguments.parse(completingValues(words)) } catch {
      throw complaint(Arguments.message(for: error))
    }
    outputs = arguments.outputs
    policy = arguments.policy
    do {
      selection = try Selection(
        arguments.select ?? "all", writingPackets: outputs.packets.destination != nil,
        wantingRecords: outputs.wantsRecords(isSecondary: true))
    } catch {
      throw complaint(error.message)
    }
    if files.isEmpty {
      throw complaint("where does it write to? Give --fingerprint, --write or --stats")
    }
  }

  /// What it writes to; `-` is standard output.
  var files: [String] { outputs.kinds.compactMap(\.destination) }

  /// What merc-sink is told.
  var arguments: [String] {
    ["--policy", "\(policy)"] + outputs.statedSettings.map(\.argument)
  }

  /// The words of a line, in which quotes and backslashes keep blanks together, as in a shell; `nil`
  /// when a quote has no end.
  static func words(in line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace {
        words += word.map { [$0] } ?? []
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}

extension Selection {
  /// Reads what is selected for an output: all packets need a file, and nothing is read where only they
  /// are wanted.
  init(_ list: String, writingPackets: Bool, wantingRecords: Bool) throws(ValidationError) {
    do throws(UnknownName) { try self.init(parsing: list) } catch {
      throw ValidationError("\(error)")
    }
    if keepsAllPackets, !writingPackets {
      throw ValidationError("all-packets says which packets are written: give --write too")
    }
    if namesNoProtocols, !wantingRecords { removeAllMessages() }
  }
}
