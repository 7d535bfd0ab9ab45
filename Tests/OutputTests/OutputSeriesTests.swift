import Bytes
import Files
import Foundation
import Support
import Testing

@testable import Output

@Suite(.tags(.unit)) struct OutputSeriesTests {
  private let directory: ScratchDirectory
  private var path: String { directory.path + "/records.json" }

  init() throws { directory = try ScratchDirectory() }

  /// The files, those of a rotation by number.
  private var files: [String] {
    let names = directory.contents.sorted { number(of: $0) < number(of: $1) }
    return names.map { directory.path + "/" + $0 }
  }

  private func number(of name: String) -> UInt64 {
    let parts = name.split(separator: "-")
    return parts.count < 2 ? 0 : UInt64(parts[1], radix: 16) ?? .max
  }

  private func lines(_ range: Range<Int>) -> Data {
    Data(range.flatMap { Array("{\"record\":\($0)}\n".utf8) })
  }

  private func write(_ range: Range<Int>, to series: inout OutputSeries) throws {
    for i in range {
      let line = [UInt8](lines(i..<i + 1))
      try series.write(line.span)
    }
  }

  @Test(arguments: [(1, 20), (7, 100), (10, 100), (1000, 100)])
  func dividesByRecords(_ limit: Int, _ count: Int) throws {
    var series = try OutputSeries(path: path, rotation: Rotation(records: UInt64(limit)))
    try write(0..<count, to: &series)
    try series.close()
    #expect(files.count == (count + limit - 1) / limit)
    for (i, file) in files.enumerated() {
      #expect(
        try Decompression.contents(of: file)
          == lines(i * limit..<min((i + 1) * limit, count)))
    }
  }

  @Test func namesFiles() throws {
    var series = try OutputSeries(path: path, rotation: Rotation(records: 1))
    try write(0..<18, to: &series)
    try series.close()
    let names = files.map { URL(fileURLWithPath: $0).lastPathComponent }
    let format = DateFormatter()
    format.dateFormat = "yyyyMMddHHmmss"
    for (i, name) in names.enumerated() {
      let parts = name.split(separator: "-")
      try #require(parts.count == 3)
      #expect(parts[0] == "records.json" && parts[1] == String(i, radix: 16))
      let age = try #require(format.date(from: String(parts[2]))).timeIntervalSinceNow
      #expect(parts[2].count == 14 && abs(age) < 60)
    }
  }

  @Test func makesNoFileForNothing() throws {
    var series = try OutputSeries(
      path: path, rotation: Rotation(records: 5, time: .seconds(1)))
    try series.rotate(at: .now + .seconds(10))
    try series.flush()
    try series.reopen()
    try write(0..<5, to: &series)
    try series.rotate(at: .now + .seconds(10))
    try series.close()
    #expect(files.count == 1)
  }

  @Test func dividesByTime() throws {
    var series = try OutputSeries(path: path, rotation: Rotation(time: .seconds(60)))
    try write(0..<3, to: &series)
    try series.rotate(at: .now + .seconds(50))
    try write(3..<5, to: &series)
    #expect(directory.contents.allSatisfy { $0.hasPrefix(".") })
    try series.rotate(at: .now + .seconds(61))
    #expect(try files.map(Decompression.contents) == [lines(0..<5)])
    try write(5..<6, to: &series)
    try series.close()
    #expect(try files.map(Decompression.contents) == [lines(0..<5), lines(5..<6)])
  }

  @Test func combinesBoth() throws {
    var series = try OutputSeries(
      path: path, rotation: Rotation(records: 3, time: .seconds(60)))
    try write(0..<4, to: &series)
    try series.rotate(at: .now + .seconds(61))
    try write(4..<8, to: &series)
    try series.close()
    #expect(
      try files.map(Decompression.contents)
        == [lines(0..<3), lines(3..<4), lines(4..<7), lines(7..<8)])
  }

  /// Whoever is killed leaves nothing that passes for complete.
  @Test func namesOnlyWhatIsComplete() throws {
    var series = try OutputSeries(path: path, rotation: Rotation(records: 3))
    try write(0..<5, to: &series)
    try series.flush()
    let names = directory.contents.sorted()
    #expect(
      names.count == 2 && names[0].hasPrefix(".records.json-1-") && names[0].hasSuffix(".part"))
    #expect(names[1].hasPrefix("records.json-0-"))
    let part = directory.path + "/" + names[0]
    #expect(try Decompression.contents(of: part) == lines(3..<5))
    try series.close()
  }

  /// A second run in the same second takes other numbers.
  @Test func replacesNoFile() throws {
    for _ in 0..<4 {
      var series = try OutputSeries(path: path, rotation: Rotation(records: 2))
      try write(0..<4, to: &series)
      try series.close()
    }
    #expect(directory.contents.count == 8)
  }

  @Test func headsEveryFile() throws {
    let header = Array("header\n".utf8)
    var series = try OutputSeries(path: path, rotation: Rotation(records: 2))
    series.header = header
    try write(0..<3, to: &series)
    try series.close()
    #expect(
      try files.map(Decompression.contents)
        == [Data(header) + lines(0..<2), Data(header) + lines(2..<3)])
  }

  @Test func headsAFileWithoutRecords() throws {
    var series = try OutputSeries(path: path)
    series.header = Array("header".utf8)
    try series.close()
    #expect(try Decompression.contents(of: path) == Data("header".utf8))
  }

  @Test(arguments: ["records.json", "records.json.gz", "records.json.zst"])
  func goesOnWhereItWasMovedAway(_ name: String) throws {
    if name.hasSuffix(".zst"), !Decompression.hasZstd { return }
    let (path, moved) = (directory.path + "/" + name, directory.path + "/old-" + name)
    var series = try OutputSeries(path: path)
    series.header = Array("header\n".utf8)
    try write(0..<3, to: &series)
    try FileManager.default.moveItem(atPath: path, toPath: moved)
    try write(3..<5, to: &series)
    try series.reopen()
    try write(5..<7, to: &series)
    // Still there: it goes on behind what is in it.
    try series.reopen()
    try write(7..<8, to: &series)
    try series.close()
    let header = Data("header\n".utf8)
    #expect(try Decompression.contents(of: moved) == header + lines(0..<5))
    #expect(try Decompression.contents(of: path) == header + lines(5..<8))
  }

  @Test(
    .enabled(if: Decompression.hasZstd, "needs the program zstd"),
    arguments: [".gz", ".zst"], [nil, 1000] as [UInt64?])
  func compresses(_ suffix: String, _ limit: UInt64?) throws {
    let path = self.path + suffix
    var series = try OutputSeries(path: path, rotation: Rotation(records: limit))
    try write(0..<20_500, to: &series)
    try series.close()
    #expect(files.count == (limit == nil ? 1 : 21))
    var whole = Data()
    for file in files {
      #expect(file.hasSuffix(suffix))
      #expect(try Decompression.isComplete(file))
      whole += try Decompression.contents(of: file)
    }
    #expect(whole == lines(0..<20_500))
    let size = files.reduce(0) { $0 + (FileManager.default.contents(atPath: $1)?.count ?? 0) }
    #expect(size < whole.count / 3)
  }

  /// What is in a compressed file can be read while it is being written.
  @Test(arguments: [".gz", ".zst"]) func showsWhatIsThere(_ suffix: String) throws {
    if suffix == ".zst", !Decompression.hasZstd { return }
    var series = try OutputSeries(path: path + suffix)
    try write(0..<10, to: &series)
    try series.flush()
    let size = { FileManager.default.contents(atPath: files[0])?.count ?? 0 }
    let before = size()
    // What is compressed comes out once a second.
    #expect(
      eventually(within: 20) { (try? series.flush()) == nil || size() > before })
    #expect(try Decompression.contents(of: path + suffix) == lines(0..<10))
    #expect(try !Decompression.isComplete(path + suffix))
    try series.close()
  }

  @Test func saysWhereItCannotRotate() throws {
    let rotation = Rotation(records: 1)
    func failure(_ path: String) -> String? {
      do throws(FileFailure) {
        _ = try OutputSeries(path: path, rotation: rotation)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(failure("/dev/null") == "cannot rotate /dev/null: Invalid argument")
    #expect(failure("/nowhere/a") == "cannot create files in /nowhere/: No such file or directory")
    #expect(failure(path) == nil)
  }

  @Test func saysThatTheDiskIsFull() throws {
    var series = OutputSeries(try OutputFile(creating: "/dev/full", compression: .gzip, limit: 64))
    var failure: FileFailure?
    do throws(FileFailure) {
      for i in 0..<20_000 {
        let line = Array("\(i &* 2_654_435_761)\n".utf8)
        try series.write(line.span)
      }
      try series.close()
    } catch {
      failure = error
    }
    #expect(failure?.kind == .diskFull)
    #expect(failure?.description == "cannot write /dev/full: No space left on device")
  }
}
