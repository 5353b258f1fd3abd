import API
import Domain
import Foundation
import Messaging
import Postgres

/// Makes the dossier's timeline from events alone, its own service's included.
enum Timeline {
  static let handlers: [Consumer.Handling] = [
    .on(DossierEntered.self) { event, envelope, transaction in
      try await add(
        event.dossier, envelope, kind: "entered", title: "Entrée dans la file active",
        ["lead": .string(try await name(of: event.lead, in: transaction))], in: transaction)
    },
    .on(ReferentChanged.self) { event, envelope, transaction in
      var detail: [String: JSONValue] = ["lead": .string(try await name(of: event.lead, in: transaction))]
      if let former = event.former { detail["former"] = .string(try await name(of: former, in: transaction)) }
      if let until = event.accessUntil { detail["accessUntil"] = .string(until.description) }
      let title =
        event.takenBack == true
        ? "Transfert annulé : retour au référent de parcours"
        : event.batch != nil
          ? "Transfert de file active : nouveau référent de parcours"
          : "Réorientation : nouveau référent de parcours"
      try await add(event.dossier, envelope, kind: "referent", title: title, detail, in: transaction)
    },
    .on(ExitRecorded.self) { event, envelope, transaction in
      let title = event.until.map { "Sortie de la file active au \(French.short($0))" } ?? "Retour dans la file active"
      var detail: [String: JSONValue] = ["lead": .string(try await name(of: event.account, in: transaction))]
      if let reason = event.reason { detail["reason"] = .string(reason) }
      try await add(event.dossier, envelope, kind: "exit", title: title, detail, in: transaction)
    },
    .on(StepReferentNamed.self) { event, envelope, transaction in
      let until = event.until.map { " au \(French.short($0))" } ?? ""
      try await add(
        event.dossier, envelope, kind: "referent",
        title: "Référent d’étape nommé du \(French.short(event.from))\(until)",
        ["lead": .string(try await name(of: event.account, in: transaction))], in: transaction)
    },
    .on(StepReferentChanged.self) { event, envelope, transaction in
      let title =
        event.ended
        ? "Fin de l’accès du référent d’étape"
        : "Référent d’étape maintenu du \(French.short(event.from)) au \(French.short(event.until))"
      try await add(
        event.dossier, envelope, kind: "referent", title: title,
        ["lead": .string(try await name(of: event.account, in: transaction))], in: transaction)
    },
    .on(EntitlementChanged.self) { event, envelope, transaction in
      let state = EntitlementState(rawValue: event.entitlement)?.label ?? "État du droit inconnu"
      let duties = event.duties.map { $0 ? " · soumis aux droits et devoirs" : " · non soumis aux droits et devoirs" }
      try await add(
        event.dossier, envelope, kind: "entitlement", title: state + (duties ?? ""),
        ["on": .string(event.on.description)], in: transaction)
    },
    .on(TerritoryChanged.self) { event, envelope, transaction in
      try await add(event.dossier, envelope, kind: "moved", title: "Changement de territoire", [:], in: transaction)
    },
    .on(ContactChanged.self) { event, envelope, transaction in
      let labels = ["phone": "téléphone", "email": "adresse électronique"]
      let fields = event.fields.compactMap { labels[$0] }.joined(separator: ", ")
      try await add(
        event.dossier, envelope, kind: "contact", title: "Coordonnées corrigées : \(fields)", [:], in: transaction)
    },
    .on(StandbyChanged.self) { event, envelope, transaction in
      let titles: [StandbyChanged.Change: String] = [
        .started: "Mise en veille", .changed: "Veille modifiée", .ended: "Fin de la veille",
        .removed: "Veille supprimée",
      ]
      var detail: [String: JSONValue] = ["reason": .string(event.reason), "from": .string(event.from.description)]
      if let until = event.until { detail["until"] = .string(until.description) }
      try await add(
        event.dossier, envelope, kind: "standby", title: titles[event.change] ?? "Veille", detail, in: transaction)
    },
    .on(ContractMoved.self) { event, envelope, transaction in
      let states = [
        "proposition": "élaboré", "soumis": "soumis à l’étude", "etude": "en étude approfondie en commission",
        "attente": "en attente de décision", "valide": "validé", "non_valide": "non validé",
      ]
      var detail: [String: JSONValue] = ["contract": .string(event.contract.description), "state": .string(event.to)]
      if let ends = event.endsOn { detail["until"] = .string(ends.description) }
      try await add(
        event.dossier, envelope, kind: "contract", title: "CER n° \(event.number) \(states[event.to] ?? event.to)",
        detail, in: transaction)
    },
    .on(ConsentRecorded.self) { event, envelope, transaction in
      let title = event.consent == "no" ? "Accord de la personne refusé" : "Accord de la personne recueilli"
      try await add(
        event.dossier, envelope, kind: "contract", title: title, ["contract": .string(event.contract.description)],
        in: transaction)
    },
    .on(AppointmentChanged.self) { event, envelope, transaction in
      let titles: [AppointmentChanged.Change: String] = [
        .booked: "Rendez-vous pris", .moved: "Rendez-vous modifié", .outcome: "Réalisation du rendez-vous",
        .handedOver: "Rendez-vous repris par le nouveau référent",
      ]
      try await add(
        event.dossier, envelope, kind: "appointment",
        title: "\(titles[event.change] ?? "Rendez-vous") : \(French.moment(event.startsAt))",
        [
          "appointment": .string(event.appointment.description), "startsAt": .string(Moment.text(event.startsAt)),
          "outcome": .string(event.outcome), "kind": .string(event.kind),
        ], in: transaction)
    },
    .on(ReminderSent.self) { event, envelope, transaction in
      let title =
        event.status == "failed"
        ? "Rappel non remis" : "Rappel envoyé par \(event.channel == "sms" ? "SMS" : "courriel")"
      try await add(
        event.dossier, envelope, kind: "message", title: title, ["appointment": .string(event.appointment.description)],
        in: transaction)
    },
    .on(StepChanged.self) { event, envelope, transaction in
      let titles: [StepChanged.Change: String] = [
        .registered: "Étape", .positioned: "Positionnement", .changed: "Étape modifiée", .ended: "Fin d’étape",
      ]
      var detail: [String: JSONValue] = [
        "step": .string(event.step.description), "from": .string(event.from.description),
      ]
      if let until = event.until { detail["until"] = .string(until.description) }
      try await add(
        event.dossier, envelope, kind: "step", title: "\(titles[event.change] ?? "Étape") : \(event.offerName)", detail,
        in: transaction)
    },
    .on(FormChanged.self) { event, envelope, transaction in
      let form = event.form == "entry" ? "d’entrée" : "de sortie"
      try await add(
        event.dossier, envelope, kind: "form",
        title: "Questionnaire FSE \(form) \(event.status == "completed" ? "rempli" : "à remplir")",
        ["participation": .string(event.participation.description)], in: transaction)
    },
    .on(NoteAdded.self) { event, envelope, transaction in
      // A private note is nobody else's business, its existence included.
      guard event.audience != "private" else { return }
      try await add(event.dossier, envelope, kind: "note", title: "Note ajoutée", [:], in: transaction)
    },
  ]

  private static func name(of account: ID<Account>, in transaction: Transaction) async throws -> String {
    try await transaction.first("select name from identity.v1_account where id = \(account)", as: String.self)
      ?? "Compte inconnu"
  }

  private static func add(
    _ dossier: ID<Dossier>, _ envelope: Envelope, kind: String, title: String, _ detail: [String: JSONValue],
    in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.timeline_entry (event, dossier, at, kind, title, detail, actor, actor_name)
      values (\(envelope.id), \(dossier), \(envelope.time), \(kind), \(title), \(json: JSONValue.object(detail)),
        \(envelope.actor.flatMap { UUID(uuidString: $0) }), \(envelope.actorname))
      on conflict (event) do nothing
      """)
  }
}
