import Bytes
import Files
import Foundation
import Support
import Testing
import Wire

@testable import Output

@Suite(.tags(.unit)) struct PacketWriterTests {
  private let ethernet = PacketFormat(linkType: 1, hasNanoseconds: false)

  private func packet(_ number: UInt64) -> CapturedPacket {
    CapturedPacket(time: 1_700_000_000_000_000_000 + number * 1000, [UInt8(number), 2, 3])
  }

  private func add(_ number: UInt64, to writer: inout PacketWriter) throws {
    let packet = packet(number)
    try writer.write(
      PacketItem(
        packet: number, time: packet.time, originalLength: packet.originalLength,
        message: Span(), bytes: packet.bytes.span))
  }

  @Test func beginsOnce() throws {
    let file = try ScratchFile([])
    var writer = PacketWriter(writingTo: OutputSeries(try OutputFile(creating: file.path)))
    writer.begin(ethernet)
    writer.begin(ethernet)
    for number in 1...2 as ClosedRange<UInt64> { try add(number, to: &writer) }
    try writer.flush()
    let written = FileManager.default.contents(atPath: file.path)
    #expect(
      written.map { [UInt8]($0) }
        == CaptureFile.pcap([packet(1), packet(2)], unit: .microseconds))
  }

  /// A capture file is one even without packets.
  @Test func hasAHeaderWithoutPackets() throws {
    let file = try ScratchFile([])
    var writer = PacketWriter(writingTo: OutputSeries(try OutputFile(creating: file.path)))
    writer.begin(ethernet)
    try writer.close()
    let empty = FileManager.default.contents(atPath: file.path)
    #expect(empty.map { [UInt8]($0) } == CaptureFile.pcap([], unit: .microseconds))
  }

  @Test func countsWhatNobodyReads() throws {
    let file = try ScratchFile([])
    var writer = PacketWriter(writingTo: OutputSeries(try OutputFile(creating: file.path)))
    writer.begin(ethernet)
    try add(1, to: &writer)
    writer.abandon()
    try add(2, to: &writer)
    try writer.flush()
    let (account, isOpen) = (writer.account, writer.isOpen)
    #expect(!isOpen)
    #expect(account[.written] == 1 && account[.unwritten, "its reader has left"] == 1)
  }
}
