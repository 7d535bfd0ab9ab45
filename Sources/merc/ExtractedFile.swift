import Classifier
import Output

/// A member on its way out of an archive: to a file of its name, or to standard output.
struct ExtractedFile: ~Copyable {
  private let member: String
  private var file: OutputFile

  /// A name that would lead out of the directory is refused.
  init(_ member: String, in directory: String?) throws(ArchiveFailure) {
    self.member = member
    guard let directory else {
      file = OutputFile(descriptor: 1)
      return
    }
    guard !member.isEmpty, !member.contains("/"), member != "..", member != "." else {
      throw ArchiveFailure("has a name that no file here may have", member: member)
    }
    do throws(FileFailure) { file = try OutputFile(creating: "\(directory)/\(member)") } catch {
      throw ArchiveFailure("\(error)", member: member)
    }
  }

  mutating func write(_ bytes: Span<UInt8>) throws(ArchiveFailure) {
    do throws(FileFailure) { try file.write(bytes) } catch {
      throw ArchiveFailure("\(error)", member: member)
    }
  }

  consuming func close() throws(ArchiveFailure) {
    let member = member
    do throws(FileFailure) { try file.close() } catch {
      throw ArchiveFailure("\(error)", member: member)
    }
  }
}
