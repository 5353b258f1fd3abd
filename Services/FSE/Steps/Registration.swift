import API
import Domain
import Foundation
import Messaging
import Postgres

extension StepStore {
  /// Registers a dossier on an offer, and lets it go through to the operation when asked.
  /// - Throws: 403 for a participation without the right to fill in FSE forms; 422; 409 `chevauchement-fse` or
  ///   `sortie-complete`.
  func register(
    _ draft: StepDraft, dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> Step {
    if draft.participation { try Self.requireForms(caller) }
    return try await partnering {
      try await postgres.withTransaction(as: caller) {
        try await Self.register(draft, dossier: dossier, in: $0, at: moment)
      }
    }
  }

  /// One registration of a batch, in its transaction (rule S12).
  func register(
    _ draft: StepDraft, dossier: ID<Dossier>, inBatch transaction: Transaction, at moment: Date
  ) async throws {
    if draft.participation { try Self.requireForms(transaction.caller) }
    try await partnering { _ = try await Self.register(draft, dossier: dossier, in: transaction, at: moment) }
  }

  private static func register(
    _ draft: StepDraft, dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws -> Step {
    let caller = transaction.caller
    try await queue(dossier, in: transaction)
    let (offer, funding) = try await offered(draft.offer, in: transaction)
    let faults =
      offer.refusals(kind: draft.kind, participation: draft.participation)
      + offer.faults(in: draft.dates, within: funding)
    if !faults.isEmpty { throw Problem.invalid(faults) }
    let id = ID<Step>.new(at: moment)
    try await refusingOverlap(of: dossier, except: id, draft.dates, in: transaction) { part in
      try await part.execute(
        """
        insert into fse.step (id, dossier, territory, offer, session, partner, kind, planned_from, planned_until,
          from_date, until_date, comment, operation, registered_by, registered_by_name, registered_at)
        values (\(id), \(dossier), (select territory from dossiers.v1_dossier where id = \(dossier)),
          \(draft.offer), \(draft.session), \(draft.partner), \(draft.kind), \(draft.plannedFrom),
          \(draft.plannedUntil), \(draft.from), \(draft.until), \(draft.comment), \(offer.operation),
          \(caller.account), \(caller.name), \(moment))
        """)
    }
    let kind: StepChanged.Change = draft.kind == .step ? .registered : .positioned
    return try await admit(
      id, participation: draft.participation, reopening: draft.reopening ?? false, as: kind, in: transaction,
      at: moment)
  }

  /// Confirms a positioning.
  /// - Throws: 404; 412; 409 when it is a step already, `chevauchement-fse` or `sortie-complete`; 422.
  func convert(
    _ id: ID<Step>, _ conversion: StepConversion, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Step {
    if conversion.participation { try Self.requireForms(caller) }
    return try await partnering {
      try await postgres.withTransaction(as: caller) { transaction in
        let before = try await Self.hold(id, version: version, in: transaction)
        guard before.kind == .positioning else {
          throw Problem.conflict("deja-etape", "Ce positionnement est déjà une étape.")
        }
        let (offer, funding) = try await Self.terms(of: before.offer, in: transaction)
        let faults =
          offer.refusals(kind: .step, participation: conversion.participation)
          + offer.faults(in: conversion.dates, within: funding)
        if !faults.isEmpty { throw Problem.invalid(faults) }
        try await Self.refusingOverlap(of: before.dossier, except: id, conversion.dates, in: transaction) { part in
          try await part.execute(
            """
            update fse.step set kind = 'step', operation = \(offer.operation), session = \(conversion.session),
              partner = \(conversion.partner), planned_from = \(conversion.plannedFrom),
              planned_until = \(conversion.plannedUntil), from_date = \(conversion.from),
              until_date = \(conversion.until), version = version + 1
            where id = \(id)
            """)
        }
        return try await Self.admit(
          id, participation: conversion.participation, reopening: conversion.reopening ?? false, as: .registered,
          in: transaction, at: moment)
      }
    }
  }

  /// Passage en convention of a step that was registered without it. Doing it twice changes nothing.
  /// - Throws: 404; 412; 422 for a step that no operation pays for; 409 `sortie-complete`.
  func participate(
    _ id: ID<Step>, _ passage: Passage, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Step {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.hold(id, version: version, in: transaction)
      if before.participation != nil { return before }
      guard before.kind == .step, before.operation != nil else {
        throw Problem.invalid([
          Fault("participation", "sans-operation", "Cette étape ne relève d’aucune opération FSE.")
        ])
      }
      try await transaction.execute("update fse.step set version = version + 1 where id = \(id)")
      return try await Self.admit(
        id, participation: true, reopening: passage.reopening ?? false, as: .changed, in: transaction, at: moment)
    }
  }

  // MARK: Parts

  /// The end of every registration: the participation, then what others are told.
  private static func admit(
    _ id: ID<Step>, participation: Bool, reopening: Bool, as change: StepChanged.Change, in transaction: Transaction,
    at moment: Date
  ) async throws -> Step {
    var events: [any Event] = []
    if participation {
      try await transaction.execute("update fse.step set participates = true where id = \(id)")
      let step = try await find(id, in: transaction)
      events = try await ParticipationStore.enter(step, reopening: reopening, in: transaction, at: moment)
    }
    if change == .registered { events += try await AnswerStore.ask(id, in: transaction) }
    let step = try await find(id, in: transaction)
    var event = step.event(after: step, today: transaction.caller.today)
    event.change = change
    try await transaction.announce([event] + events, at: moment)
    return step
  }

  private static func offered(_ id: ID<Offer>, in transaction: Transaction) async throws -> (Offer, Period?) {
    do {
      return try await terms(of: id, in: transaction)
    } catch let problem as Problem where problem.status == 404 {
      throw Problem.invalid([Fault("offer", "choix", "Choisissez une offre qui existe.")])
    }
  }

  static func requireForms(_ caller: Caller) throws {
    guard caller.may(.fseForms) else {
      throw Problem.forbidden(
        "Le passage en convention est réservé aux profils qui saisissent les questionnaires FSE. "
          + "Inscrivez la personne sans passage en convention.")
    }
  }
}
