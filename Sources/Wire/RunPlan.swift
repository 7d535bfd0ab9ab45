import Bytes

/// What a run is asked to do, stated once: capture holds the plan, and its roster hands it to every
/// process.
///
/// A plan is a list of settings, each under the long name of the option that states it. So an option that
/// only the process which uses it has to understand passes through all others as it is.
///
///     0            2     4       8            …
///     | generation | 0 0 | length | settings … | sinks (2) | list, list, … | messages (2) | message, message, …
///
/// The settings are lines as in a configuration file, `metadata` or `select=tls,dns`, of `length` bytes of
/// UTF-8. Each list: a length (2) and UTF-8. Each message: 1 when it is selected by its own name only
/// (1), and its name: a length (2) and UTF-8.
public struct RunPlan: Equatable, Sendable {
  /// One setting: a flag has no value.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: String?

    public init(_ name: String, _ value: String? = nil) {
      self.name = name
      self.value = value
    }

    /// The same setting in the one form that all stages compare; `nil` where it states the default.
    ///
    /// A value that means nothing stays as it is, for `check` to refuse.
    var canonical: Setting? {
      guard let value else { return self }
      let canonical: String
      let standard: String
      switch name {
      case "select": (canonical, standard) = (NameList(parsing: value).canonical, "all")
      case "format":
        guard let formats = try? FingerprintFormats(parsing: value) else { return self }
        (canonical, standard) = (formats.description, FingerprintFormats().description)
      case "raw-features":
        guard let options = try? RecordOptions(parsingRawFeatures: value) else { return self }
        (canonical, standard) = (options.rawFeatures, "none")
      case "crypto-assess":
        guard let policies = try? AssessmentPolicies(parsing: value) else { return self }
        return Setting(name, policies.description)
      default: return self
      }
      return canonical == standard ? nil : Setting(name, canonical)
    }

    /// As a line of a configuration file.
    public var line: String { value.map { "\(name)=\($0)" } ?? name }
    /// As an argument of a command line.
    public var argument: String { "--\(line)" }
  }

  /// Counts the plans that were in force one after the other, from 1.
  public var generation: UInt16 = 1
  /// What differs from the defaults, sorted by name; one of each name.
  public private(set) var settings: [Setting] = []
  /// What each sink that `merc` starts selects, the primary one first; empty where none was told.
  public var sinks: [String] = []
  /// The messages that this selects; capture, which knows them, fills it in.
  public var messages: [MessageName] = []

  public init(_ settings: [Setting] = []) {
    for setting in settings { set(setting) }
  }

  // MARK: Settings

  /// The value of a setting; `nil` where it has its default, and for a flag.
  public subscript(_ name: String) -> String? { settings.first { $0.name == name }?.value }

  /// Whether a flag is set.
  public func has(_ flag: String) -> Bool { settings.contains { $0.name == flag } }

  /// Replaces the setting of that name.
  public mutating func set(_ setting: Setting) {
    remove(setting.name)
    guard let setting = setting.canonical else { return }
    let place = settings.firstIndex { $0.name > setting.name } ?? settings.count
    settings.insert(setting, at: place)
  }

  /// Gives a setting its default again.
  public mutating func remove(_ name: String) { settings.removeAll { $0.name == name } }

  /// The settings as lines of a configuration file.
  public var text: String { settings.map { $0.line + "\n" }.joined() }

  /// The first of these settings that this plan does not have so.
  public func contradiction(to settings: [Setting]) -> Setting? {
    settings.first { setting in
      guard let canonical = setting.canonical else { return self[setting.name] != nil }
      return !self.settings.contains(canonical)
    }
  }

  // MARK: In messages

  /// Reads a plan as the roster has it (docs/wire.md, Plan).
  ///
  /// - Throws: `Malformed` if a length reaches past the message's end, or text is not UTF-8.
  public init(_ input: inout Reader) throws(Malformed) {
    generation = try input.u16le()
    try input.skip(2)
    let bytes = try input.take(Int(try input.u32le()))
    guard let text = try? UTF8Span(validating: bytes) else { throw input.reject() }
    for line in String(copying: text).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      set(Setting(String(parts[0]), parts.count > 1 ? String(parts[1]) : nil))
    }
    for _ in 0..<Int(try input.u16le()) { sinks.append(try input.shortText()) }
    for _ in 0..<Int(try input.u16le()) {
      let isOnlyByItself = try input.u8() == 1
      messages.append(MessageName(try input.shortText(), isOnlyByItself: isOnlyByItself))
    }
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: generation)
    buffer.append(littleEndian: 0 as UInt16)
    let text = text
    buffer.append(littleEndian: UInt32(text.utf8.count))
    for byte in text.utf8 { buffer.append(byte) }
    buffer.append(littleEndian: UInt16(clamping: sinks.count))
    for list in sinks.prefix(Int(UInt16.max)) { buffer.append(shortText: list) }
    buffer.append(littleEndian: UInt16(clamping: messages.count))
    for message in messages.prefix(Int(UInt16.max)) {
      buffer.append(message.isOnlyByItself ? 1 : 0)
      buffer.append(shortText: message.text)
    }
  }
}
