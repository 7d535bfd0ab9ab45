import Foundation
import Support
import Testing

private let canInstall =
  geteuid() == 0 && Namespace.isAvailable
  && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

extension PipelineTests {
  /// `scripts/install`, as somebody uses it who never saw merc before.
  @Suite(
    .tags(.process, .root), .enabled(if: canInstall, "needs root, network namespaces and setpriv"))
  struct Installing {
    private let directory: ScratchDirectory

    init() throws {
      directory = try ScratchDirectory()
      // The service's account has to get here.
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: directory.path)
    }

    private func install(_ arguments: [String]) throws -> Program.Result {
      try Program(
        "\(Project.path)/scripts/install", ["--prefix", directory.path] + arguments
      ).wait(seconds: 120)
    }

    private var files: Set<String> {
      Set(FileManager.default.subpaths(atPath: directory.path) ?? [])
    }

    /// What the unit does, without systemd: its account, its one capability, its command; then a query
    /// before and after records.json has been moved away, and the orderly end.
    private static let service = """
      ip link set lo up
      data=$1/var/lib/merc/lo
      command=$(sed -n 's/^ExecStart=//p' "$1/lib/systemd/system/merc@.service" \
        | sed "s|%i|lo|g; s|[$]{MERC_CONFIG}|$1/etc/merc/merc.cfg|")
      export XDG_RUNTIME_DIR=$1/run
      install -d -o nobody -g nogroup -m 700 "$XDG_RUNTIME_DIR"
      account="setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all,+net_raw \
        --ambient-caps=-all,+net_raw --bounding-set=-all,+net_raw --no-new-privs"
      ask() { printf '\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1a\\0\\0\\1\\0\\1' >/dev/udp/127.0.0.1/53; }
      wait_for() {
        for i in {1..100}; do
          ask
          sleep 0.2
          [ ! -s "$1" ] || return 0
        done
        return 1
      }
      $account mkdir -p "$data"
      $account $command 2>"$1/errors" &
      merc=$!
      wait_for "$data/records.json"
      mv "$data/records.json" "$data/records.json.1"
      kill -HUP $merc
      wait_for "$data/records.json"
      kill -TERM $merc
      wait $merc
      """

    @Test func installsRunsRotatesAndGoes() throws {
      let installed = try install(["--user", "nobody", "--from", Program.directory])
      try #require(installed.status == 0, "\(installed.errors)")
      for path in [
        "bin/merc", "lib/merc/share/merc/resources.tgz", "share/man/man1/merc.1",
        "share/bash-completion/completions/merc", "lib/systemd/system/merc@.service",
        "etc/merc/merc.cfg",
      ] {
        #expect(files.contains(path), "\(path)")
      }
      let service = try Program(
        "/usr/bin/unshare", ["-n", "/bin/bash", "-euc", Self.service, "bash", directory.path]
      ).wait(seconds: 90)
      let errors = try? String(contentsOfFile: directory.path + "/errors", encoding: .utf8)
      #expect(service.status == 0, "\(service.errors) \(errors ?? "")")
      let data = "var/lib/merc/lo"
      for name in ["records.json", "records.json.1"] {
        let text = try String(contentsOfFile: "\(directory.path)/\(data)/\(name)", encoding: .utf8)
        #expect(text.hasSuffix("}\n"), "\(name)")
        #expect(text.contains(#""dns""#), "\(name)")
      }
      let removed = try install(["--uninstall"])
      #expect(removed.status == 0, "\(removed.errors)")
      let left = files.filter { path in
        let attributes = try? FileManager.default.attributesOfItem(
          atPath: "\(directory.path)/\(path)")
        return attributes?[.type] as? FileAttributeType != .typeDirectory && path != "errors"
      }
      #expect(
        left == ["\(data)/records.json", "\(data)/records.json.1", "etc/merc/merc.cfg"])
      let again = try install(["--uninstall"])
      #expect(again.status == 1)
      #expect(again.errors.contains("nothing is installed"))
    }
  }
}
