/// What the registry knows, as docs/protocols.md shows it.
package enum ProtocolTable {
  package static var markdown: String {
    let read = registry.map(\.profile).map { profile in
      let key = profile.key.isEmpty ? "" : "`\(profile.key)`"
      return "| `\(profile.name)` | \(profile.carrier) | \(key) | \(profile.summary) "
        + "| \(profile.specification) |"
    }
    return """
      # Protocols

      Printed by `merc docs protocols` from the registry; do not edit.

      `--select` takes the names, or what stands before the dot for all of a protocol; also `all`, \
      `none`, and the tunnels `gre`, `vxlan` and `geneve`. `all-packets` is no protocol: with it, \
      `--write` writes all packets.

      | name | over | key | what it is | specification |
      |---|---|---|---|---|
      \(read.joined(separator: "\n"))
      """
  }
}
