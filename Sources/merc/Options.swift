import ArgumentParser
import Dissectors
import Output
import Stage

/// What merc is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Input")
  var files: FileSwitches

  @OptionGroup
  var outputs: OutputSwitches

  @OptionGroup(title: "Live capture")
  var live: LiveSwitches

  @OptionGroup(title: "User of the capture")
  var privileges: PrivilegeSwitches

  @OptionGroup
  var plan: PlanSwitches

  @OptionGroup(title: "Which process sent it")
  var archive: ArchiveSwitches

  /// Other outputs of the same run.
  struct Further: ParsableArguments {
    @Option(
      name: .customLong("sink"), parsing: .unconditionalSingleValue,
      help: ArgumentHelp(
        "Write to other files too, by these options of their own; may be given several times.",
        discussion: """
          In one argument: --select, --fingerprint, --write, --limit, --output-time, --stats with its \
          two, and --policy. With --policy wait, which is the default, the pipeline waits for a file \
          that is written slowly, and the run ends if that fails; with drop, records that there is no \
          room for are left out of it, and counted, and the run goes on. As in \
          --sink "-s dns -f dns.json.gz" --sink "-s tls -w tls.pcap --policy drop"
          """, valueName: "options"))
    var sinks: [String] = []
  }

  @OptionGroup(title: "Several outputs")
  var further: Further

  @OptionGroup(title: "How the work is shared")
  var pool: PoolSwitches

  @OptionGroup
  var mercury: MercurySwitches

  @Flag(
    name: .shortAndLong,
    help: """
      Print what became of every packet, on standard error at the end; of a live capture also rates \
      and losses, once a second.
      """)
  var verbose = false

  /// Read before all others, by `Settings`.
  @Option(
    help: ArgumentHelp(
      "Take options from this file too, one a line: name=value. What is given here counts more; "
        + "'merc config show' prints what is in force.", valueName: "file"),
    completion: .file())
  var config: String?

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?

  /// Whether something goes to standard output.
  var usesStandardOutput: Bool { outputs.destinations().contains("-") }

  func validate() throws {
    if read != nil, live.capture != nil {
      throw ValidationError("--read and --capture both say where packets come from; give one")
    }
    try files.repeats.check(reading: read, isLive: live.capture != nil)
    let sinks = try furtherSinks()
    let files = Dictionary(grouping: outputs.destinations() + sinks.flatMap(\.files), by: \.self)
    if let (file, _) = files.first(where: { $0.value.count > 1 && $0.key != "/dev/null" }) {
      throw ValidationError("\(file == "-" ? "standard output" : file) is to be written to twice")
    }
    if !analysis, let reason = allOutputs.lazy.compactMap(\.reasonForAnalysis).first {
      throw ValidationError(reason)
    }
    if !analysis,
      pool.analyzers != nil || !archive.statedSettings.isEmpty
        || !plan.verdicts.statedSettings.isEmpty
    {
      throw ValidationError(
        "--resources, --resources-key, --report-os, --explain, --resources-version and --analyzers "
          + "are about --analysis: give that too")
    }
  }

  var read: String? { files.read }
  var analysis: Bool { plan.analysis }

  /// The outputs of all sinks.
  var allOutputs: [OutputSwitches] {
    [outputs] + ((try? furtherSinks()) ?? []).map(\.outputs)
  }

  func furtherSinks() throws -> [SecondarySinkOptions] {
    try further.sinks.map(SecondarySinkOptions.init(parsing:))
  }

  /// The protocols that records are wanted of.
  func selection() throws -> Selection {
    try Selection(
      plan.records.select, writingPackets: outputs.packets.destination != nil,
      wantingRecords: outputs.wantsRecords())
  }
}
