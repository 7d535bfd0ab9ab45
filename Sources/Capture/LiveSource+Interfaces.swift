import CPcap

extension LiveSource {
  /// Why an interface could not be opened, and what to do about it.
  static func problem(_ status: CInt, _ message: String, _ interface: String) -> String {
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      "no permission to capture: run merc as root (sudo), or give merc-capture the right to: "
        + "setcap cap_net_raw,cap_net_admin=ep merc-capture"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      "no such interface; there are: \(interfaces.joined(separator: ", "))"
    case PCAP_ERROR_IFACE_NOT_UP:
      "the interface is down; bring it up: ip link set \(interface) up"
    default: "cannot be captured from: \(message)"
    }
  }

  /// Whether packets can come from an interface now.
  static func isUp(_ name: String) -> Bool { interfaces.contains(name) }

  /// The names of all interfaces that can be captured from.
  package static var interfaces: [String] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard unsafe pcap_findalldevs(&first, &message) == 0 else { return [] }
    defer { unsafe pcap_freealldevs(first) }
    var names: [String] = []
    var next = unsafe first
    // The list and its names live until they are freed above.
    while let device = unsafe next {
      let name = unsafe String(cString: device.pointee.name)
      if unsafe device.pointee.flags & bpf_u_int32(PCAP_IF_UP) != 0 || name == "any" {
        names.append(name)
      }
      unsafe next = device.pointee.next
    }
    return names
  }
}
