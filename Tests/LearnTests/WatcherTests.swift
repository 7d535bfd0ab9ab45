import Foundation
import Support
import Testing
import Wire

@testable import Learn

/// What this machine's kernel and `/proc` say.
@Suite(.tags(.process)) struct WatcherTests {
  private static let python = "/usr/bin/python3"
  private static let hasPython = FileManager.default.isExecutableFile(atPath: python)

  /// Calls itself something else, connects with itself over TCP, binds a datagram socket, tells the
  /// ports, and goes when its input ends.
  private static let script = """
    import ctypes, socket, sys
    PR_SET_NAME = 15
    ctypes.CDLL(None).prctl(PR_SET_NAME, b"Socket Process", 0, 0, 0)
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    other, _ = server.accept()
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    print(*(s.getsockname()[1] for s in (client, server, datagrams)), flush=True)
    sys.stdin.read()
    """

  @Test(.enabled(if: hasPython, "needs python3")) func findsWhoHasASocket() throws {
    let watcher = try Watcher()
    watcher.start()
    defer { watcher.stop() }
    let input = Pipe()
    let program = try Program(
      Self.python, ["-c", Self.script], input: .pipe(input.fileHandleForReading))
    var ports: [UInt16] = []
    try #require(
      eventually(within: 20) {
        ports =
          program.output.split(separator: UInt8(ascii: "\n")).first.map {
            String(decoding: $0, as: UTF8.self).split(separator: " ").compactMap { UInt16($0) }
          } ?? []
        return ports.count == 3
      })
    let flows = [(ports[0], ports[1], 6), (ports[1], ports[0], 6), (ports[2], 9, 17)].map {
      var flow = Flow()
      (flow.source, flow.destination) = (0x7f00_0001, 0x7f00_0001)
      (flow.sourcePort, flow.destinationPort, flow.ipProtocol) = ($0, $1, UInt8($2))
      return flow
    }
    #expect(eventually(within: 20) { flows.allSatisfy { watcher.sender(of: $0) != nil } })
    try input.fileHandleForWriting.close()
    #expect(program.wait(seconds: 20).status == 0)
    // It is gone by now, and remembered.
    for flow in flows {
      let process = try #require(watcher.sender(of: flow))
      #expect(process.id == program.id)
      #expect(process.name.hasPrefix("python3"))
      #expect(process.path.contains("python3"))
      #expect(process.parent == getpid())
    }
  }
}

@Suite(.tags(.unit)) struct ExecutablesTests {
  @Test func executablesAreHashedAsSha256sumDoes() throws {
    let file = try ScratchFile(Array("abc".utf8))
    var executables = Executables()
    // FIPS 180-2, appendix B.1.
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(executables.hash(of: file.path) == known)
    try Data("abcd".utf8).write(to: URL(fileURLWithPath: file.path))
    let other = executables.hash(of: file.path)
    #expect(other != known)
    #expect(executables.hash(of: file.path) == other)
    #expect(executables.hash(of: "/nowhere") == "")
    #expect(executables.hash(of: "") == "")
  }
}
