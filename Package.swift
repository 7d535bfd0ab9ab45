// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies + [arguments], swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["Support"], swiftSettings: swift)
}

let package = Package(
  name: "merc",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CPcap"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CZstd"),
    // Counts malloc calls, for the tests that promise none.
    .target(name: "CMallocCount", path: "Tests/CMallocCount"),

    library("Bytes"),
    library("Wire", ["Bytes"]),
    library("Packets", ["Bytes", "Wire"]),
    library("X509", ["Bytes", "Wire"]),
    library("Dissectors", ["Bytes", "Wire", "Packets", "X509", crypto, cryptoExtras]),
    library("Streams", ["Bytes", "Wire"]),
    library("Render", ["Bytes", "Wire"]),
    library("Files", ["CZlib", "CZstd", "Bytes"]),
    library("Output", ["Files", "Bytes", "Wire", "Render", arguments]),
    library("Classifier", ["Files", "Bytes", "Wire", crypto, cryptoExtras]),
    library("Database", ["CSQLite"]),
    library("Learn", ["Classifier", "Database", "Files", "Render", "Bytes", "Wire", crypto]),
    library("Capture", ["CPcap", "Bytes", "Wire", "Packets", "Dissectors"]),
    library("Transport", ["CZeroMQ", "CLinux", "Bytes", "Wire"]),
    library("Stage", ["Bytes", "Wire", "Transport", arguments]),
    library("Sinks", ["Bytes", "Files", "Wire", "Output", "Transport", "Stage"]),
    library("Parse", ["Bytes", "Wire", "Packets", "Streams", "Dissectors"]),

    program("merc-capture", ["Stage", "Capture", "Dissectors", "Packets", "Transport", "Wire"]),
    program(
      "merc-parse", ["Stage", "Parse", "Streams", "Dissectors", "Transport", "Wire", "Bytes"]),
    program("merc-analyze", ["Stage", "Classifier", "Transport", "Wire", "Bytes"]),
    program("merc-sink", ["Sinks", "Stage", "Files", "Output", "Transport", "Wire", "Bytes"]),
    program(
      "merc",
      [
        "Stage", "Files", "Output", "Render", "Parse", "Classifier", "Learn", "Dissectors",
        "Transport", "Wire", "Bytes", subprocess, system,
      ]),
    program(
      "merc-bench",
      [
        "Stage", "Capture", "Parse", "Classifier", "Files", "Output", "Render", "Transport",
        "Dissectors", "Packets", "Wire", "Bytes",
      ]),

    // What merc-fuzz and the tests of its findings feed bytes to.
    .target(
      name: "Fuzzing",
      dependencies: [
        "Classifier", "Dissectors", "X509", "Packets", "Parse", "Render", "Wire", "Bytes",
      ],
      path: "Tests/Fuzzing", swiftSettings: swift),
    // What several test targets share: fixtures, packet builder, random numbers, child processes.
    .target(
      name: "Support",
      dependencies: [
        "Bytes", "Wire", "Packets", "Dissectors", "Streams", "Parse", "Capture", "Classifier",
        "Files", "Output", "Stage", crypto, cryptoExtras,
      ],
      path: "Tests/Support", swiftSettings: swift),
    tests("BytesTests", ["Bytes"]),
    tests("WireTests", ["Wire", "Bytes"]),
    tests("PacketsTests", ["Packets", "Bytes", "Wire"]),
    tests("X509Tests", ["X509", "Render", "Wire", "Bytes"]),
    tests(
      "DissectorTests",
      [
        "Fuzzing",
        "Dissectors", "X509", "Packets", "Streams", "Parse", "Classifier", "Output", "Render",
        "Wire",
        "Bytes",
      ]),
    tests("StreamsTests", ["Streams", "Bytes", "Wire"]),
    tests("RenderTests", ["Render", "Wire", "Bytes"]),
    tests("OutputTests", ["Files", "Output", "Render", "Wire", "Bytes", arguments]),
    tests("ClassifierTests", ["Classifier", "Render", "Wire", "Bytes"]),
    tests("LearnTests", ["Learn", "Classifier", "Wire", "Bytes"]),
    tests("CaptureTests", ["Capture", "Parse", "Dissectors", "Packets", "Wire", "Bytes"]),
    tests("SinksTests", ["Sinks", "Stage", "Files", "Output", "Transport", "Wire", "Bytes"]),
    tests("TransportTests", ["Transport", "Wire", "Bytes"]),
    tests("StageTests", ["Stage", "Transport", "Wire", "Bytes"]),
    tests(
      "AllocationTests",
      [
        "CMallocCount", "Stage", "Capture", "Parse", "Classifier", "Streams", "Files", "Output",
        "Dissectors", "Packets", "Wire", "Bytes",
      ]),
    tests("PipelineTests", ["Stage", "Capture", "Parse", "Output", "Classifier", "Wire", "Bytes"]),
  ]
)

if Context.environment["MERC_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "merc-fuzz",
      dependencies: ["Fuzzing", "Bytes"],
      swiftSettings: swift))
}
