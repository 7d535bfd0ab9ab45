import Synchronization
import Wire

/// Loads archives beside the work of the process, one task for each.
final class ArchiveLoader: Sendable {
  typealias Outcome = (request: ResourcesNotice, result: Result<ResourceArchive, ArchiveFailure>)

  private let options: LoadOptions
  private let outcomes = Mutex<[Outcome]>([])

  init(_ options: LoadOptions) { self.options = options }

  /// Begins to load what a notice asks for.
  func load(_ request: ResourcesNotice) {
    Task.detached(priority: .utility) { [self] in
      let result: Result<ResourceArchive, ArchiveFailure>
      do throws(ArchiveFailure) {
        let archive = try ResourceArchive.load(request.path, options: options)
        guard request.digest.isEmpty || archive.digest == request.digest else {
          throw ArchiveFailure("is another archive than the one that is in force")
        }
        result = .success(archive)
      } catch {
        result = .failure(error)
      }
      outcomes.withLock { $0.append((request, result)) }
    }
  }

  /// What has been loaded, or has failed, since the last call.
  func takeOutcomes() -> [Outcome] {
    outcomes.withLock { outcomes in
      guard !outcomes.isEmpty else { return [] }
      defer { outcomes = [] }
      return outcomes
    }
  }
}
