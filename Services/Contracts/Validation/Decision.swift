import API
import Domain
import Foundation

extension Caller {
  /// Whether what is intended before a decision is theirs to read (rule K11).
  var decidesContracts: Bool { !rights.isDisjoint(with: [.moveContracts, .decideContracts]) }
}

/// The rules of a passage's and a decision's contents, on values alone.
extension ContractRecord {
  /// The contract as `rights` let it be read: comment, note, intended decision and another end exist for the deciders alone
  /// until it is decided (rule K11).
  func shown(to rights: Set<Right>) -> ContractRecord {
    guard !state.isDecided, rights.isDisjoint(with: [.moveContracts, .decideContracts]) else { return self }
    var copy = endingAsProposed()
    (copy.decision, copy.decidedOn, copy.decidedBy, copy.decidedByName) = (nil, nil, nil, nil)
    (copy.decisionComment, copy.noteForReferent) = ("", "")
    return copy
  }

  /// The contract once what the person agreed to is no longer what it says: the agreement is to be asked for again.
  func disagreed() -> ContractRecord {
    var copy = self
    (copy.consent, copy.consentAt) = (.none, nil)
    return copy
  }

  /// The contract with what the person says of it.
  func answered(_ draft: ContractConsentDraft, at moment: Date) -> ContractRecord {
    var copy = self
    switch draft.consent {
    // An agreement that was signed by SMS is a yes that says more, as long as the document says what was signed.
    case .yes where consent == .sms && (draft.expression ?? expression) == expression: break
    case .yes: (copy.consent, copy.consentAt) = (.yes, moment)
    case .no: (copy.consent, copy.consentAt) = (.no, moment)
    case .later: (copy.consent, copy.consentAt) = (.none, nil)
    }
    copy.expression = draft.expression ?? expression
    return copy
  }

  /// The contract with the end that its référent wrote, where the service had given it another.
  fileprivate func endingAsProposed() -> ContractRecord {
    guard endChangedAt != nil else { return self }
    var copy = self
    (copy.endsOn, copy.proposedEnd, copy.endChangedByName, copy.endChangedAt) = (proposedEnd, nil, nil, nil)
    return copy
  }

  /// The contract with another end than the référent wrote, the one they proposed, and who changed it.
  fileprivate func ending(on day: CalendarDate, by caller: Caller, at moment: Date) -> ContractRecord {
    guard day != endsOn else { return self }
    var copy = self
    if endChangedAt == nil { copy.proposedEnd = endsOn }
    (copy.endsOn, copy.endChangedByName, copy.endChangedAt) = (day, caller.name, moment)
    return copy
  }

  /// The contract after a passage. Entering a decided state fills in the decision, its day and who took it; going back
  /// from one takes them away, and keeps the comment for whoever decides again.
  /// - Throws: 422 with every fault.
  func moved(
    to next: ContractState, with request: ContractMoveRequest, by caller: Caller, at moment: Date
  ) throws(Problem) -> ContractRecord {
    var after = self
    let decision = next.decision
    var faults: [Fault] = []
    if decision == nil {
      let message = "Cette zone se remplit avec la décision."
      if request.comment?.isEmpty == false { faults.append(Fault("comment", "hors-decision", message)) }
      if request.endsOn != nil { faults.append(Fault("endsOn", "hors-decision", message)) }
      if request.decidedOn != nil { faults.append(Fault("decidedOn", "hors-decision", message)) }
    }
    after.state = next
    after.stateSince = moment
    if next == .submitted, state == .proposition { after.submittedAt = moment }
    if next == .proposition {
      // What the référent takes up again, and the person signs, is what they wrote.
      after = after.endingAsProposed()
      after.submittedAt = nil
    }
    after.decision = decision ?? (state.isDecided ? nil : self.decision)
    if decision != nil {
      // A day that was filled in beforehand belongs to the first decision, not to one that overturns it.
      after.decidedOn = request.decidedOn ?? (state.isDecided ? nil : decidedOn) ?? caller.today
      after.decidedBy = caller.account
      after.decidedByName = caller.name
      if let comment = request.comment { after.decisionComment = comment }
      if let endsOn = request.endsOn { after = after.ending(on: endsOn, by: caller, at: moment) }
    } else if state.isDecided {
      (after.decidedOn, after.decidedBy, after.decidedByName) = (nil, nil, nil)
    }
    faults += after.datesAtFault(today: caller.today) + after.refusalAtFault("comment")
    guard faults.isEmpty else { throw .invalid(faults) }
    return after
  }

  /// The contract with the service's zones filled in.
  /// - Throws: 422 with every fault.
  func decided(
    _ draft: ContractDecisionDraft, by caller: Caller, at moment: Date
  ) throws(Problem) -> ContractRecord {
    var after = self
    after.decision = draft.decision ?? state.decision
    after.decisionComment = draft.decisionComment ?? ""
    after.noteForReferent = draft.noteForReferent ?? ""
    after.decidedOn = draft.decidedOn ?? (state.isDecided ? decidedOn : nil)
    if let endsOn = draft.endsOn { after = after.ending(on: endsOn, by: caller, at: moment) }
    var faults = after.datesAtFault(today: caller.today) + after.refusalAtFault("decisionComment")
    if state.isDecided, after.decision != state.decision {
      faults.append(
        Fault("decision", "etat", "Le contrat est « \(state.label) » : changez son état pour changer la décision."))
    }
    guard faults.isEmpty else { throw .invalid(faults) }
    return after
  }

  /// The person and their référent are told why a contract is not validated (rule K16).
  private func refusalAtFault(_ field: String) -> [Fault] {
    guard state == .refused, decisionComment.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else { return [] }
    return [Fault(field, "obligatoire", "Dites pourquoi le contrat n’est pas validé : ce commentaire y figure.")]
  }

  func datesAtFault(today: CalendarDate) -> [Fault] {
    var faults: [Fault] = []
    if let endsOn, endsOn < startsOn {
      faults.append(
        Fault("endsOn", "ordre", "La fin ne peut précéder le début, le \(French.long(startsOn))."))
    }
    if let decidedOn, decidedOn > today {
      faults.append(Fault("decidedOn", "futur", "La date de décision ne peut être dans le futur."))
    }
    if let signedOn, signedOn > today {
      faults.append(Fault("signedOn", "futur", "La date de signature ne peut être dans le futur."))
    }
    return faults
  }
}
