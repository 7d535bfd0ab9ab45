import Capture
import Stage

extension LiveSwitches {
  /// What libpcap and the kernel are told; `group` is that of the captures that share the interface.
  func source(group: UInt16?) -> LiveSource.Options {
    var options = LiveSource.Options()
    options.ringSize = ringSize
    options.isPromiscuous = !noPromiscuous
    options.group = group
    if let snaplen { options.snapshotLength = CInt(clamping: snaplen) }
    return options
  }
}
