import CPcap
import Glibc

extension LiveSource {
  /// Why an interface could not be opened, and what to do about it.
  static func problem(_ status: CInt, _ message: String, _ interface: String) -> String {
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      "no permission to capture: run merc as root (sudo), or give merc-capture the right to: "
        + "sudo setcap cap_net_raw=ep \(CommandLine.arguments[0])"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      "no such interface; there are: "
        + interfaces.map { $0.isUp ? $0.name : "\($0.name) (down)" }.joined(separator: ", ")
    case PCAP_ERROR_IFACE_NOT_UP:
      "the interface is down; bring it up: ip link set \(interface) up"
    default: "cannot be captured from: \(message)"
    }
  }

  /// Whether packets can come from an interface now.
  static func isUp(_ name: String) -> Bool { interfaces.contains { $0.name == name && $0.isUp } }

  /// The interfaces of the machine, and `any`.
  static var interfaces: [(name: String, isUp: Bool)] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard unsafe pcap_findalldevs(&first, &message) == 0 else { return [] }
    defer { unsafe pcap_freealldevs(first) }
    var found: [(name: String, isUp: Bool)] = []
    var next = unsafe first
    // The list and its names live until they are freed above.
    while let device = unsafe next {
      let name = unsafe String(cString: device.pointee.name)
      let isUp = unsafe device.pointee.flags & bpf_u_int32(PCAP_IF_UP) != 0
      // libpcap also lists what is no interface: nflog, bluetooth-monitor, dbus-system.
      let number = unsafe if_nametoindex(name)
      if name == "any" || number != 0 { found.append((name, isUp)) }
      unsafe next = device.pointee.next
    }
    return found
  }
}
