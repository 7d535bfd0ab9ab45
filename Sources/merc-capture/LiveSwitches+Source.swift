import Capture
import Stage

extension LiveSwitches {
  /// What libpcap is told.
  var source: LiveSource.Options {
    var options = LiveSource.Options()
    options.ringSize = ringSize
    options.isPromiscuous = !noPromiscuous
    if let snaplen { options.snapshotLength = CInt(clamping: snaplen) }
    return options
  }
}
