import Support
import Testing
import Transport

/// What processes of a pipeline make of each other's addresses.
@Suite(.tags(.unit)) struct EndpointTests {
  @Test func socketFilesHaveAPathAndNeighbours() {
    let line = Endpoint(path: "/run/merc/7/line")
    #expect(line.text == "ipc:///run/merc/7/line")
    #expect(line.path == "/run/merc/7/line" && line.directory == "/run/merc/7")
    #expect(line.beside("-sink-9.data").text == "ipc:///run/merc/7/line-sink-9.data")
    #expect(Endpoint("ipc://line").directory == nil)
    #expect(Endpoint("ipc://run/line").directory == "run")
  }

  @Test(arguments: [
    ("ipc:///run/line", true), ("ipc://line", true), ("ipc://", false), ("tcp://*:5555", true),
    ("tcp://[::1]:5555", true), ("tcp://127.0.0.1:*", true), ("tcp://h:65536", false),
    ("tcp://:5555", false), ("tcp://127.0.0.1", false), ("tcp://h:", false), ("udp://h:1", false),
    ("/run/line", false), ("", false),
  ])
  func knowsWhatASocketTakes(_ endpoint: String, _ isWellFormed: Bool) {
    #expect(Endpoint(endpoint).isWellFormed == isWellFormed)
  }

  @Test func portsHaveNeither() {
    let port = Endpoint("tcp://192.0.2.1:5555")
    #expect(port.path == nil && port.directory == nil)
    #expect(port.beside(".tap").text == "tcp://*:*")
  }

  @Test(arguments: [
    ("tcp://0.0.0.0:5", "192.0.2.1", "tcp://192.0.2.1:5"), ("tcp://*:5", "h", "tcp://h:5"),
    ("tcp://[::]:5", "2001:db8::1", "tcp://[2001:db8::1]:5"),
    ("tcp://[::]:5", "[2001:db8::1]", "tcp://[2001:db8::1]:5"),
    ("tcp://192.0.2.9:5", "192.0.2.1", "tcp://192.0.2.9:5"), ("ipc:///a", "h", "ipc:///a"),
    ("", "h", ""),
  ])
  func replacesWildcards(_ endpoint: String, _ address: String, _ expected: String) {
    #expect(Endpoint(endpoint).replacingWildcard(with: address).text == expected)
  }

  @Test(arguments: [
    ("tcp://0.0.0.0:5", "tcp://h:7", "tcp://h:5"), ("tcp://*:5", "ipc:///a", "tcp://*:5"),
    ("tcp://*:5", "tcp://[2001:db8::1]:7", "tcp://[2001:db8::1]:5"),
  ])
  func isReachedWhereItsHostIs(_ endpoint: String, _ other: String, _ expected: String) {
    #expect(Endpoint(endpoint).reachable(from: Endpoint(other)).text == expected)
  }
}
