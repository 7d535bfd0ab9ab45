import Support
import Testing
import Wire

@testable import Stage

/// What a further capture says of the archives that its rounds need.
@Suite(.tags(.unit)) struct FollowedResourcesTests {
  private func inForce(_ generation: UInt16) -> ResourcesNotice {
    ResourcesNotice(.inForce, ResourcesInForce(generation: generation))
  }

  @Test func roundsAreScoredByWhatIsInForceWhenTheyBegin() {
    var followed = FollowedResources()
    #expect(followed.begin(round: 1).generation == 0)
    followed.take(inForce(3))
    #expect(followed.begin(round: 2).generation == 3)
    followed.take(ResourcesNotice(.drop, ResourcesInForce(generation: 9)))
    #expect(followed.begin(round: 3).generation == 3)
  }

  @Test func anOlderArchiveIsNeededUntilItsRoundsAreClosed() {
    var followed = FollowedResources()
    followed.take(inForce(1))
    _ = followed.begin(round: 1)
    #expect(followed.settle(oldestOpenRound: 1)?.resources.generation == 1)
    followed.take(inForce(2))
    // The round that is being filled began with the older one.
    #expect(followed.settle(oldestOpenRound: .max) == nil)
    _ = followed.begin(round: 2)
    #expect(followed.settle(oldestOpenRound: 1) == nil)
    let told = followed.settle(oldestOpenRound: 2)
    #expect(told?.word == .loaded && told?.resources.generation == 2)
    // Once is enough, also when it is said again what is in force.
    followed.take(inForce(2))
    #expect(followed.settle(oldestOpenRound: 3) == nil)
  }
}
