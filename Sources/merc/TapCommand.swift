import ArgumentParser

struct TapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tap", abstract: "x")
  func run() {}
}
