import Bytes
import Transport
import Wire

/// The plan of the run, and its changes.
///
/// The caller looks at a request first, since it knows what can be selected. What it proposes is told to every
/// process, and comes into force when the caller begins the next round by it.
extension CaptureLink {
  /// The plan that new packets are captured by.
  package var plan: RunPlan { plans.newest ?? RunPlan() }

  /// Those in force, and the one that is about to be.
  var plansToTell: PlansInForce {
    var told = plans
    if let proposed { told.add(proposed) }
    return told
  }

  /// The next request to change the plan, if one is there and the one before it is settled.
  package mutating func takeRequest() -> (peer: PeerID, text: String)? {
    proposed != nil || requests.isEmpty ? nil : requests.removeFirst()
  }

  /// Answers a request that cannot be carried out.
  package mutating func refuse(_ peer: PeerID, because reason: String) {
    send(PlanNotice(.refused, text: reason), to: peer)
  }

  /// Tells every process the next plan, which is in force once the caller takes it.
  ///
  /// False when too many changes are under way.
  package mutating func propose(_ plan: RunPlan, for peer: PeerID?) -> Bool {
    guard plans.plans.count < PlansInForce.limit else { return false }
    proposed = plan
    proposer = peer
    announce()
    return true
  }

  /// Whether a plan waits to be taken.
  package var hasProposal: Bool { proposed != nil }

  /// Puts the proposed plan in force, from `packet` on: the parts submitted from now on are by it.
  package mutating func takeProposal(from packet: UInt64) -> RunPlan {
    guard let plan = proposed.take() else { return self.plan }
    plans.add(plan)
    if let peer = proposer.take() {
      var notice = PlanNotice(.inForce)
      notice.generation = plan.generation
      notice.firstPacket = packet
      send(notice, to: peer)
    }
    return plan
  }

  /// What the first capture has in force is to be so here.
  mutating func follow(_ plans: PlansInForce) {
    let known = proposed ?? plan
    guard let newest = plans.newest, newest != known, newest.generation >= known.generation else {
      return
    }
    proposed = newest
  }

  private mutating func send(_ answer: PlanNotice, to peer: PeerID) {
    write(.plan) { answer.write(to: &$0) }
    message.send(over: router, to: peer)
  }
}
