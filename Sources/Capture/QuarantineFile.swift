import Bytes
import Glibc
import Wire

/// The pcap file of packets that ended parsers, so that the parser can be corrected.
package final class QuarantineFile {
  private let descriptor: CInt
  private var buffer = Buffer(capacity: 1 << 16)
  package let path: String

  /// Creates the file, or adds to nothing where it cannot be created.
  package init(path: String, linkType: UInt32) {
    self.path = path
    // The path's C string lives for the call.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    PcapFormat.appendHeader(linkType: linkType, to: &buffer)
    flush()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package var isWritable: Bool { descriptor >= 0 }

  /// Adds one frame item, as it stands in a part.
  package func add(_ item: [UInt8]) {
    var input = Reader(item.span)
    guard let frame = try? FrameItem(&input) else { return }
    PcapFormat.appendPacket(
      frame.bytes, time: frame.time, originalLength: frame.originalLength, to: &buffer)
    flush()
  }

  private func flush() {
    // One write per packet: there are few, and the next one may be the last.
    buffer.withBytes { bytes in
      unsafe bytes.withUnsafeBufferPointer {
        _ = unsafe write(descriptor, $0.baseAddress, $0.count)
      }
    }
    buffer.removeAll()
  }
}
