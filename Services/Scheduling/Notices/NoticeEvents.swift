import API
import Domain
import Foundation
import Messaging
import Postgres

/// Who is told of what happens elsewhere. Nobody is told of what they did themselves.
enum NoticeEvents {
  static let handlers: [Consumer.Handling] = [
    .on(DossierEntered.self) { event, envelope, transaction in
      try await transaction.notifyOfEntry(event.dossier, to: event.lead, at: envelope.time)
    },
    .on(ContractMoved.self) { event, envelope, transaction in
      guard let title = title(of: event) else { return }
      let actor = envelope.actor?.lowercased()
      let readers = try await readers(of: event, in: transaction).filter { $0.description != actor }
      try await transaction.notify(
        readers,
        NoticeDraft(kind: .contract, title: title, dossier: event.dossier, profiles: profiles(told: event)),
        at: envelope.time)
    },
    .on(ContractEnding.self) { event, envelope, transaction in
      // A person who left needs no other contract.
      let calls = try await transaction.first(
        "select state <> 'left' from dossiers.v1_dossier where id = \(event.dossier)", as: Bool.self)
      guard calls == true else { return }
      try await transaction.notify(
        try await followers(of: event.dossier, author: nil, in: transaction),
        NoticeDraft(kind: .contract, title: title(of: event), dossier: event.dossier), at: envelope.time)
    },
    .on(ContractToReview.self) { event, envelope, transaction in
      let actor = envelope.actor?.lowercased()
      let isServices = event.state != .proposition && event.cause != .step && event.cause != .referent
      let readers =
        try await isServices
        ? office([.secretariatDispositif], of: event.territory, in: transaction)
        : followers(of: event.dossier, author: nil, in: transaction)
      try await transaction.notify(
        readers.filter { $0.description != actor },
        NoticeDraft(
          kind: .contract, title: title(of: event), dossier: event.dossier,
          profiles: isServices ? [.secretariatDispositif] : nil),
        at: envelope.time)
    },
    .on(StepReferentNamed.self) { event, envelope, transaction in
      let until = event.until.map { " jusqu’au \(French.long($0))" } ?? ""
      try await transaction.notify(
        [event.account],
        NoticeDraft(
          kind: .step, title: "Vous êtes référent d’étape du \(French.long(event.from))\(until)",
          dossier: event.dossier),
        at: envelope.time)
    },
    .on(StepReferentChanged.self) { event, envelope, transaction in
      // Who it is no longer concerns cannot open the dossier to see whose it is.
      let title =
        event.ended
        ? "Vous n’êtes plus référent d’étape de \(try await person(event.dossier, in: transaction))"
        : "Vous restez référent d’étape du \(French.long(event.from)) au \(French.long(event.until))"
      try await transaction.notify(
        [event.account],
        NoticeDraft(
          kind: .step, title: title, dossier: event.ended ? nil : event.dossier,
          about: event.ended ? NoticeSubject(.caseload) : nil),
        at: envelope.time)
    },
    .on(CaseloadTransferred.self) { event, envelope, transaction in
      let names = (try await name(event.former, in: transaction), try await name(event.lead, in: transaction))
      let (former, lead) = titles(
        French.count(event.dossiers, "dossier"), isMany: event.dossiers > 1, former: names.0, lead: names.1,
        takenBack: event.takenBack)
      try await transaction.notify(
        [event.former], NoticeDraft(kind: .former, title: former, dossier: nil, about: NoticeSubject(.caseload)),
        at: envelope.time)
      try await transaction.notify(
        [event.lead], NoticeDraft(kind: .lead, title: lead, dossier: nil, about: NoticeSubject(.caseload)),
        at: envelope.time)
    },
    .on(NoteAdded.self) { event, envelope, transaction in
      guard event.audience == .assigned, let assignee = event.assignee else { return }
      try await transaction.notify(
        [assignee], NoticeDraft(kind: .note, title: "Une note vous est attribuée", dossier: event.dossier),
        at: envelope.time)
    },
    .on(AppointmentChanged.self) { event, envelope, transaction in
      guard event.change == .booked, let actor = envelope.actor, actor.lowercased() != event.agent.description else {
        return
      }
      try await transaction.notify(
        [event.agent],
        NoticeDraft(
          kind: .appointment, title: "Rendez-vous pris dans votre agenda le \(French.moment(event.startsAt))",
          dossier: event.dossier),
        at: envelope.time)
    },
    .on(DelegationChanged.self) { event, envelope, transaction in
      let sides = [
        (event.replacement.id, title(of: event, for: event.replacement.id)),
        (event.absent.id, title(of: event, for: event.absent.id)),
      ].filter { $0.0.description != envelope.actor?.lowercased() }
      for (account, title) in sides {
        try await transaction.notify(
          [account], NoticeDraft(kind: .delegation, title: title, dossier: nil, about: NoticeSubject(.delegations)),
          at: envelope.time)
      }
    },
    .on(UseNoticed.self) { event, envelope, transaction in
      let watching = try await transaction.query(
        """
        select distinct account from identity.v1_account_profile
        where profile = any(\([Profile.dpo, .administrateur]))
        """, as: ID<Account>.self)
      let what = event.suspends ? "Compte suspendu pour usage inhabituel" : "Usage inhabituel"
      try await transaction.notify(
        watching,
        NoticeDraft(
          kind: .usage, title: "\(what) sous le profil « \(event.profile.label) »", dossier: nil,
          about: NoticeSubject(.abnormalUse, event.use.value)),
        at: envelope.time)
    },
  ]

  /// What is said of a contract's new state; nil where nobody has to act.
  static func title(of event: ContractMoved) -> String? {
    switch event.to {
    case .submitted: "CER n° \(event.number) soumis : à instruire"
    case .awaiting: "CER n° \(event.number) en attente de votre décision"
    case .accepted: "CER n° \(event.number) validé"
    case .refused: "CER n° \(event.number) non validé"
    case .proposition, .studied: nil
    }
  }

  static func title(of event: ContractEnding) -> String {
    switch event.change {
    case .expiring: "CER n° \(event.number) à renouveler avant le \(French.long(event.endsOn))"
    case .expired: "CER n° \(event.number) fini depuis le \(French.long(event.endsOn)), sans suite validée"
    }
  }

  /// Why a contract is to be looked at again.
  static func title(of event: ContractToReview) -> String {
    let contract = "CER n° \(event.number)"
    return switch event.cause {
    case .referent: "\(contract), « \(event.state.label) » : vous en êtes désormais le référent"
    case .exit: "\(contract), « \(event.state.label) » : la personne sort de la file active"
    case .entitlement: "\(contract), « \(event.state.label) » : le droit de la personne est clos"
    case .step: "\(contract) : une étape liée à un objectif est terminée"
    }
  }

  /// What one side is told of a delegation that the other, or an administrator, made or ended.
  static func title(of event: DelegationChanged, for account: ID<Account>) -> String {
    let days = "du \(French.long(event.fromDate)) au \(French.long(event.untilDate))"
    return switch (event.ended, account == event.replacement.id) {
    case (false, true): "Vous remplacez \(event.absent.name) \(days)"
    case (false, false): "\(event.replacement.name) vous remplace \(days)"
    case (true, true): "Vous ne remplacez plus \(event.absent.name)"
    case (true, false): "\(event.replacement.name) ne vous remplace plus"
    }
  }

  /// What each side is told of a transferred caseload: a count, and the colleague.
  static func titles(
    _ count: String, isMany: Bool, former: String, lead: String, takenBack: Bool
  ) -> (former: String, lead: String) {
    let verb = takenBack ? isMany ? "reviennent" : "revient" : isMany ? "sont confiés" : "est confié"
    return takenBack
      ? ("\(count) vous \(verb) de \(lead)", "\(count) \(verb) à \(former)")
      : ("\(count) de votre file active \(verb) à \(lead)", "\(count) de \(former) vous \(verb)")
  }

  private static func person(_ dossier: ID<Dossier>, in transaction: Transaction) async throws -> String {
    try await transaction.first(
      "select upper(family_name) || ' ' || given_name from dossiers.v1_dossier where id = \(dossier)", as: String.self)
      ?? "ce dossier"
  }

  private static func name(_ account: ID<Account>, in transaction: Transaction) async throws -> String {
    try await transaction.first("select name from identity.v1_account where id = \(account)", as: String.self) ?? ""
  }

  /// Whose turn it is; nil where the author and the lead référent are told what was decided.
  private static func profiles(told event: ContractMoved) -> [Profile]? {
    switch event.to {
    case .submitted: [.secretariatDispositif]
    case .awaiting: [.chefDeService, .ali]
    case .proposition, .studied, .accepted, .refused: nil
    }
  }

  private static func readers(of event: ContractMoved, in transaction: Transaction) async throws -> [ID<Account>] {
    if let profiles = profiles(told: event) { return try await office(profiles, of: event.territory, in: transaction) }
    return try await followers(of: event.dossier, author: event.author, in: transaction)
  }

  /// The people of a territory's service.
  private static func office(
    _ profiles: [Profile], of territory: ID<Territory>?, in transaction: Transaction
  ) async throws -> [ID<Account>] {
    try await transaction.query(
      """
      select distinct account from identity.v1_account_profile
      where profile = any(\(profiles)) and \(territory)::uuid = any(territories)
      """, as: ID<Account>.self)
  }

  /// The lead référent and the secretariat of their structure, with the author of a contract where one is given.
  static func followers(
    of dossier: ID<Dossier>, author: ID<Account>?, in transaction: Transaction
  ) async throws -> [ID<Account>] {
    try await transaction.query(
      """
      select \(author)::uuid as account where \(author)::uuid is not null
      union select lead from dossiers.v1_dossier where id = \(dossier) and lead is not null
      union select p.account from dossiers.v1_dossier d
        join identity.v1_account_profile p on true join identity.v1_account a on a.id = p.account
        where d.id = \(dossier) and coalesce(p.organisation, a.organisation) = d.lead_organisation
          and p.profile = any(\([Profile.secretariatProximite, .secretariatStructure]))
      """, as: ID<Account>.self)
  }
}
