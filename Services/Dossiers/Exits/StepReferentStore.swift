import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Who reaches a dossier besides its lead référent, from one day to another; the lead stays (rule C7). The former
/// lead's days after a réorientation are kept the same way.
struct StepReferentStore: Sendable {
  let postgres: PostgresClient

  /// - Throws: 404; 422 for days that will not do, and for somebody who reaches the dossier on one of them already.
  func name(
    _ draft: StepReferentDraft, in dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> ReferentEntry {
    try await postgres.withTransaction(as: caller) { try await Self.name(draft, in: dossier, $0, at: moment) }
  }

  /// The designation itself, inside a transaction that does more.
  static func name(
    _ draft: StepReferentDraft, in dossier: ID<Dossier>, _ transaction: Transaction, at moment: Date
  ) async throws -> ReferentEntry {
    let days = StepReferentDays(from: draft.from, until: draft.until)
    try await lock(dossier, in: transaction)
    var faults = StepReferentRules.faults(days, today: transaction.caller.today)
    faults += try await transaction.faults(of: [.account(draft.account, at: "account")])
    faults += try await overlaps(
      of: draft.account, with: days, besides: nil, field: "account", in: dossier, transaction)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let id = UUID.version7(at: moment)
    try await transaction.execute(
      """
      insert into dossiers.referent (id, dossier, account, organisation, kind, from_date, until_date, source)
      select \(id), \(dossier), id, organisation, 'step', \(draft.from), \(draft.until), 'local'
      from identity.v1_account where id = \(draft.account)
      """)
    try await transaction.announce(
      StepReferentNamed(dossier: dossier, account: draft.account, from: draft.from, until: draft.until), at: moment)
    return try await found(id, in: dossier, transaction)
  }

  /// - Throws: 404; 409 for one that is over; 412 with the entry as it is now; 422.
  func change(
    _ id: UUID, of dossier: ID<Dossier>, to days: StepReferentDays, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ReferentEntry {
    try await postgres.withTransaction(as: caller) { transaction in
      let entry = try await Self.open(id, of: dossier, version: version, in: transaction)
      let begun = entry.fromDate <= caller.today ? entry.fromDate : nil
      let faults =
        try await StepReferentRules.faults(days, begun: begun, today: caller.today)
        + Self.overlaps(of: entry.account, with: days, besides: id, field: "until", in: dossier, transaction)
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      guard days.from != entry.fromDate || days.until != entry.untilDate else { return entry }
      try await transaction.execute(
        """
        update dossiers.referent set from_date = \(days.from), until_date = \(days.until), version = version + 1
        where id = \(id)
        """)
      try await transaction.announce(
        StepReferentChanged(
          dossier: dossier, account: entry.account, from: days.from, until: days.until, ended: false), at: moment)
      return try await Self.found(id, in: dossier, transaction)
    }
  }

  /// Ends the access at once: yesterday becomes its last day, and one of which no day is past leaves no line. The
  /// timeline and the audit log keep both.
  /// - Throws: 404; 409 for one that is over; 412 with the entry as it is now.
  func end(_ id: UUID, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let entry = try await Self.open(id, of: dossier, version: version, in: transaction)
      let yesterday = caller.today.adding(days: -1)
      if entry.fromDate > yesterday {
        try await transaction.execute("delete from dossiers.referent where id = \(id)")
      } else {
        try await transaction.execute(
          """
          update dossiers.referent set until_date = \(yesterday), ended_by = 'local', version = version + 1
          where id = \(id)
          """)
      }
      try await transaction.announce(
        StepReferentChanged(
          dossier: dossier, account: entry.account, from: entry.fromDate,
          until: max(entry.fromDate, yesterday), ended: true), at: moment)
    }
  }

  /// So that two who name the same person wait for one another.
  private static func lock(_ dossier: ID<Dossier>, in transaction: Transaction) async throws {
    let found = try await transaction.first(
      "select id from dossiers.dossier where id = \(dossier) for update", as: ID<Dossier>.self)
    guard found != nil else { throw Problem.notFound("Ce dossier") }
  }

  private static func found(
    _ id: UUID, in dossier: ID<Dossier>, _ transaction: Transaction
  ) async throws -> ReferentEntry {
    let entries = try await ReferentStore.entries(of: dossier, in: transaction)
    guard let entry = entries.first(where: { $0.id == id && $0.kind == .step }) else {
      throw Problem.notFound("Ce référent d’étape")
    }
    return entry
  }

  private static func open(
    _ id: UUID, of dossier: ID<Dossier>, version: Int, in transaction: Transaction
  ) async throws -> ReferentEntry {
    try await lock(dossier, in: transaction)
    let entry = try await found(id, in: dossier, transaction).held(version: version)
    guard entry.isOpen(on: transaction.caller.today) else {
      throw Problem.conflict(
        "acces-termine", "Cet accès est déjà terminé.", detail: "Nommez de nouveau la personne s’il le faut.")
    }
    return entry
  }

  /// What `account` is in the dossier already on one of `days`.
  private static func overlaps(
    of account: ID<Account>, with days: StepReferentDays, besides id: UUID?, field: String, in dossier: ID<Dossier>,
    _ transaction: Transaction
  ) async throws -> [Fault] {
    guard days.from <= days.until else { return [] }
    let entries = try await ReferentStore.entries(of: dossier, in: transaction)
    let other = entries.first { entry in
      entry.account == account && entry.id != id && entry.fromDate <= days.until && entry.isOpen(on: days.from)
    }
    guard let other else { return [] }
    guard other.kind == .step else {
      let until = other.untilDate.map { " jusqu’au \(French.short($0))" } ?? ""
      return [
        Fault(field, "referent", "Cette personne est déjà référent de parcours de ce dossier\(until).")
      ]
    }
    let until = other.untilDate.map { " au \(French.short($0))" } ?? ""
    return [
      Fault(
        field, "deja-nomme",
        "Cette personne est déjà référent d’étape du \(French.short(other.fromDate))\(until). Changez plutôt ces dates."
      )
    ]
  }
}

func addStepReferentRoutes(to routes: Routes, store: StepReferentStore) {
  routes.handle(DossiersAPI.nameStepReferent) { draft, request in
    try await store.name(draft, in: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.changeStepReferent) { days, request in
    try await store.change(
      request.id("stepReferent", of: ReferentEntry.self).value, of: request.dossier, to: days,
      version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.endStepReferent) { _, request in
    try await store.end(
      request.id("stepReferent", of: ReferentEntry.self).value, of: request.dossier, version: request.version,
      for: request.caller, at: request.now)
    return NoOutput()
  }
}
