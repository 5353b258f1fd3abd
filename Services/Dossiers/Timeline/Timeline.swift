import API
import Domain
import Foundation
import Messaging
import Postgres

/// Makes the dossier's timeline from events alone, its own service's included: what came one behind the other by one
/// statement.
enum Timeline {
  static let handlers = [
    Consumer.Handling(types: sayings.map(\.type)) { envelopes, transaction in
      let lines = try envelopes.flatMap { envelope in try sayings.compactMap { try $0.line(envelope) } }
      try await add(lines, in: transaction)
    }
  ]

  /// A line without the names of those whom it is about, which are looked up for all lines at once.
  struct Line: Sendable {
    var dossier: ID<Dossier>
    var kind: TimelineKind
    var title: String
    var detail: [String: JSONValue] = [:]
    var accounts: [String: ID<Account>] = [:]
  }

  /// What is said of one type of event.
  private struct Saying: Sendable {
    let type: any Event.Type
    let line: @Sendable (Envelope) throws -> (Envelope, Line)?

    /// - Parameter words: nil where nothing is said.
    static func of<E: Event>(_ type: E.Type, _ words: @escaping @Sendable (E) -> Line?) -> Saying {
      Saying(type: type) { envelope in
        guard let event = try envelope.decode(E.self), let line = words(event) else { return nil }
        return (envelope, line)
      }
    }
  }

  private static let sayings: [Saying] =
    [
      .of(DossierEntered.self) {
        Line(dossier: $0.dossier, kind: .entered, title: "Entrée dans la file active", accounts: ["lead": $0.lead])
      }
    ] + referents + rights + file + contracts + appointments + steps

  private static let referents: [Saying] = [
    .of(ReferentChanged.self) { event in
      let title =
        event.takenBack == true
        ? "Transfert annulé : retour au référent de parcours"
        : event.batch != nil
          ? "Transfert de file active : nouveau référent de parcours"
          : "Réorientation : nouveau référent de parcours"
      var line = Line(dossier: event.dossier, kind: .referent, title: title, accounts: ["lead": event.lead])
      line.accounts["former"] = event.former
      line.detail["accessUntil"] = (event.accessUntil?.description).map { .string($0) }
      return line
    },
    .of(ExitRecorded.self) { event in
      let title = event.until.map { "Sortie de la file active au \(French.short($0))" } ?? "Retour dans la file active"
      var line = Line(dossier: event.dossier, kind: .exit, title: title, accounts: ["lead": event.account])
      line.detail["reason"] = event.reason.map { .string($0) }
      return line
    },
    .of(StepReferentNamed.self) { event in
      let until = event.until.map { " au \(French.short($0))" } ?? ""
      return Line(
        dossier: event.dossier, kind: .referent, title: "Référent d’étape nommé du \(French.short(event.from))\(until)",
        accounts: ["lead": event.account])
    },
    .of(StepReferentChanged.self) { event in
      Line(
        dossier: event.dossier, kind: .referent,
        title: event.ended
          ? "Fin de l’accès du référent d’étape"
          : "Référent d’étape maintenu du \(French.short(event.from)) au \(French.short(event.until))",
        accounts: ["lead": event.account])
    },
  ]

  private static let rights: [Saying] = [
    .of(EntitlementChanged.self) { event in
      let duties = event.duties.map { $0 ? " · soumis aux droits et devoirs" : " · non soumis aux droits et devoirs" }
      return Line(
        dossier: event.dossier, kind: .entitlement, title: event.entitlement.label + (duties ?? ""),
        detail: ["on": .string(event.on.description)])
    },
    .of(TerritoryChanged.self) { Line(dossier: $0.dossier, kind: .moved, title: "Changement de territoire") },
    .of(ContactChanged.self) { event in
      let fields = event.fields.map { field in
        switch field {
        case .phone: "téléphone"
        case .email: "adresse électronique"
        }
      }
      return Line(
        dossier: event.dossier, kind: .contact, title: "Coordonnées corrigées : \(fields.joined(separator: ", "))")
    },
    .of(StandbyChanged.self) { event in
      let title =
        switch event.change {
        case .started: "Mise en veille"
        case .changed: "Veille modifiée"
        case .ended: "Fin de la veille"
        case .removed: "Veille supprimée"
        }
      var line = Line(
        dossier: event.dossier, kind: .standby, title: title,
        detail: ["reason": .string(event.reason), "from": .string(event.from.description)])
      line.detail["until"] = (event.until?.description).map { .string($0) }
      return line
    },
    // A private note is nobody else's business, its existence included.
    .of(NoteAdded.self) {
      $0.audience == .private ? nil : Line(dossier: $0.dossier, kind: .note, title: "Note ajoutée")
    },
    .of(DocumentFiled.self) { event in
      let title =
        switch event.change {
        case .deposited: "Document classé"
        case .removed: "Document supprimé"
        }
      return Line(
        dossier: event.dossier, kind: .document, title: "\(title) : \(event.name)",
        detail: ["document": .string(event.document.description)])
    },
  ]

  private static let file: [Saying] = [
    .of(CharacteristicsChanged.self) {
      Line(dossier: $0.dossier, kind: .characteristic, title: "Caractéristiques actualisées")
    },
    .of(FormalNoticeRequested.self) {
      Line(
        dossier: $0.dossier, kind: .notice, title: "Mise en demeure demandée",
        detail: ["on": .string($0.on.description)])
    },
    .of(SideDataChanged.self) { event in
      let title =
        switch event.change {
        case .added: "ajoutée"
        case .changed: "modifiée"
        case .closed: "close"
        }
      return Line(
        dossier: event.dossier, kind: .sideData,
        title: "Donnée bénéficiaire \(title) : \(event.kind.label.lowercased())")
    },
  ]

  private static let contracts: [Saying] = [
    .of(ContractMoved.self) { event in
      var line = Line(
        dossier: event.dossier, kind: .contract, title: "CER n° \(event.number) \(event.to.timelineWord)",
        detail: ["contract": .string(event.contract.description), "state": .string(event.to.rawValue)])
      line.detail["until"] = (event.endsOn?.description).map { .string($0) }
      return line
    },
    .of(ConsentRecorded.self) { event in
      Line(
        dossier: event.dossier, kind: .contract,
        title: event.consent == .no ? "Accord de la personne refusé" : "Accord de la personne recueilli",
        detail: ["contract": .string(event.contract.description)])
    },
    .of(ContractSigned.self) { event in
      Line(
        dossier: event.dossier, kind: .contract, title: "CER n° \(event.number) signé par SMS",
        detail: ["contract": .string(event.contract.description)])
    },
    .of(ContractHandedOver.self) { event in
      Line(
        dossier: event.dossier, kind: .contract, title: "CER n° \(event.number) \(event.how.done)",
        detail: ["contract": .string(event.contract.description), "on": .string(event.on.description)])
    },
  ]

  private static let appointments: [Saying] = [
    .of(AppointmentChanged.self) { event in
      let title =
        switch event.change {
        case .booked: "Rendez-vous pris"
        case .moved: "Rendez-vous modifié"
        case .outcome: "Réalisation du rendez-vous"
        case .handedOver: "Rendez-vous repris par le nouveau référent"
        }
      return Line(
        dossier: event.dossier, kind: .appointment, title: "\(title) : \(French.moment(event.startsAt))",
        detail: [
          "appointment": .string(event.appointment.description), "startsAt": .string(Moment.text(event.startsAt)),
          "outcome": .string(event.outcome), "kind": .string(event.kind),
        ])
    },
    .of(ReminderSent.self) { event in
      let channel =
        switch event.channel {
        case .sms: "SMS"
        case .email: "courriel"
        }
      return Line(
        dossier: event.dossier, kind: .message,
        title: event.status == .failed
          ? "Rappel non remis" : "Rappel \(event.status == .delivered ? "reçu" : "envoyé") par \(channel)",
        detail: ["appointment": .string(event.appointment.description)])
    },
  ]

  private static let steps: [Saying] = [
    .of(ObjectiveLinked.self) { event in
      Line(
        dossier: event.dossier, kind: .step,
        title: "« \(event.offerName) » répond au \(event.kind.label) n° \(event.number), \(event.themeLabel)",
        detail: ["step": .string(event.step.description), "contract": .string(event.contract.description)])
    },
    .of(StepChanged.self) { event in
      let title =
        switch event.change {
        case .registered: "Étape"
        case .positioned: "Positionnement"
        case .changed: "Étape modifiée"
        case .ended: "Fin d’étape"
        case .removed: "Étape supprimée"
        }
      var line = Line(
        dossier: event.dossier, kind: .step, title: "\(title) : \(event.offerName)",
        detail: ["step": .string(event.step.description), "from": .string(event.from.description)])
      line.detail["until"] = (event.until?.description).map { .string($0) }
      return line
    },
    .of(StepAnswered.self) { event in
      let title: String
      switch event.change {
      case .awaited, .reminded: return nil
      case .accepted: title = "Inscription acceptée par l’opérateur"
      case .refused: title = "Inscription refusée par l’opérateur"
      case .expired: title = "Inscription sans réponse de l’opérateur"
      }
      return Line(
        dossier: event.dossier, kind: .step, title: "\(title) : \(event.offerName)",
        detail: ["step": .string(event.step.description)])
    },
    .of(GatheringChanged.self) { event in
      let title =
        switch event.change {
        case .invited: "Inscription à un évènement"
        case .removed: "Retrait d’un évènement"
        case .present: "Présence à un évènement"
        case .absent: "Absence à un évènement"
        case .awaited: "Présence à confirmer à un évènement"
        }
      return Line(
        dossier: event.dossier, kind: .gathering, title: "\(title) : \(event.name) (\(French.short(event.on)))",
        detail: ["gathering": .string(event.gathering.description), "on": .string(event.on.description)])
    },
    .of(FormChanged.self) { event in
      let form =
        switch event.form {
        case .entry: "d’entrée"
        case .exit: "de sortie"
        }
      let status =
        switch event.status {
        case .due: "à remplir"
        case .completed: "rempli"
        }
      return Line(
        dossier: event.dossier, kind: .form, title: "Questionnaire FSE \(form) \(status)",
        detail: ["participation": .string(event.participation.description)])
    },
  ]
}
