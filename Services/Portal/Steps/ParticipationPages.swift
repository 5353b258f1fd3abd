import API
import Domain
import Foundation
import Service

func participationAddress(_ participation: ID<Participation>, _ part: String = "") -> String {
  part.isEmpty ? "/participations/\(participation)" : "/participations/\(participation)/\(part)"
}

func addParticipationPages(to pages: Pages) {
  pages.form(
    "participations/{participation}", rights: [.fseForms], reading: [.readDossiers], ParticipationDaysForm.self)
  pages.form("participations/{participation}/fin", rights: [.fseForms], ParticipationEndForm.self)
  pages.form(
    "participations/{participation}/questionnaires/{form}", rights: [.fseForms], QuestionnaireForm.self)
}

extension Participation {
  func badges(today: CalendarDate) -> [Badge] {
    [entry.badge(.entry, today: today), exit.badge(.exit, today: today)]
  }

  /// The participation in a line, with its two dots and the way to its forms.
  func item(_ visit: Visit) -> Item {
    let proposed = proposedUntil.map { "fin proposée au \(French.long($0))" }
    let forms = FSEForm.allCases.map { form in
      Action(form == .entry ? "Saisir l’entrée" : "Saisir la sortie", questionnaireAddress(id, form), weight: .plain)
    }
    return Item(
      operationName, address: participationAddress(id),
      meta: [
        "du \(French.long(from)) au \(French.long(until))", proposed, entry.deadline(.entry), exit.deadline(.exit),
      ].compactMap { $0 }.joined(separator: " · "),
      icon: .briefcase, badges: badges(today: visit.today), actions: visit.may(.fseForms) ? forms : [])
  }
}

/// A participation within its dossier, with the two forms of its page.
struct OpenParticipation: Sendable {
  let open: OpenDossier
  let participation: Participation
  let reasons: CountyList

  static func load(_ visit: Visit) async throws -> OpenParticipation {
    let id = try visit.id("participation", of: Participation.self)
    async let showing = visit.services.call(FSEAPI.showParticipation, ["participation": id])
    async let ending = visit.services.call(ServiceName.fse.lists.all)
    let participation = try await showing
    return try await OpenParticipation(
      open: OpenDossier.load(visit, of: participation.dossier), participation: participation,
      reasons: ending[.endReason])
  }

  fileprivate var head: PageHead {
    PageHead(
      "Passage en convention",
      lead: "du \(French.long(participation.from)) au \(French.long(participation.until))",
      back: Link("Parcours", open.address("parcours")), badges: participation.badges(today: open.today))
  }

  fileprivate func page(_ notices: [any Piece], days: any Piece, end: any Piece) -> PageAnswer {
    var body = notices
    if let day = participation.proposedUntil {
      body.append(
        Notice(
          "Une fin est proposée au \(French.long(day)).",
          "Le dossier a changé de référent ou quitte la file active. Terminez la participation si elle prend fin.",
          .waiting))
    }
    body.append(Panel("Participation", [facts]))
    if open.visit.may(.fseForms) {
      body += [
        Panel("Dates", id: "dates", [days]),
        Panel(isOver ? "Corriger la fin" : "Terminer", id: "fin", [end]),
      ]
    }
    return open.page(head, in: "parcours", body)
  }

  /// An FSE step bears the operation's last day until its real end is known: that end is still to come.
  fileprivate var isOver: Bool { participation.isEnded && participation.until <= open.today }

  private var facts: Facts {
    var facts = FSEForm.allCases.map { form in
      let status = form == .entry ? participation.entry : participation.exit
      return Fact(
        form.title, status.lockedBecause ?? status.dueOn.map { "Attendu le \(French.long($0))" },
        badge: status.badge(form, today: open.today),
        action: open.visit.may(.fseForms)
          ? Action(
            status.state == .red ? "Remplir" : "Ouvrir", questionnaireAddress(participation.id, form), icon: .edit,
            weight: .plain)
          : nil)
    }
    facts.append(Fact("Opération", participation.operationName))
    if participation.entries > 1 {
      facts.append(Fact("Entrées", "\(participation.entries), comptées comme une seule"))
    }
    return Facts(facts)
  }
}

/// The days of a participation.
struct ParticipationDaysForm: DossierForm {
  let held: OpenParticipation

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> ParticipationDaysForm {
    ParticipationDaysForm(held: try await OpenParticipation.load(visit))
  }

  var open: OpenDossier { held.open }

  var groups: [QuestionGroup<ParticipationChange>] {
    [
      QuestionGroup(
        isPaired: true, .date("from", \.from, "Première entrée", missing: "Indiquez la première entrée."),
        .date("until", \.until, "Dernière sortie", missing: "Indiquez la dernière sortie."))
    ]
  }

  var draft: ParticipationChange {
    ParticipationChange(from: held.participation.from, until: held.participation.until)
  }

  var version: Int? { held.participation.version }

  var sending: Sending {
    Sending("participation", "Enregistrer les dates", to: participationAddress(held.participation.id))
  }

  var head: PageHead { held.head }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    held.page(notices, days: form, end: ParticipationEndForm(held: held).opened)
  }

  func save(_ draft: ParticipationChange, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      FSEAPI.changeParticipation, ["participation": held.participation.id], draft, version: version)
    return .see(participationAddress(held.participation.id), saying: "Les dates sont enregistrées.")
  }
}

/// What ends a participation and its step.
struct ParticipationEndForm: DossierForm {
  let held: OpenParticipation

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> ParticipationEndForm {
    ParticipationEndForm(held: try await OpenParticipation.load(visit))
  }

  var open: OpenDossier { held.open }

  struct Draft: Sendable {
    var until: CalendarDate?
    var endReason: String?
  }

  /// The page has two forms with a last day: this one's field bears another name.
  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        text: isEnded
          ? "La participation et son étape sont terminées. Corrigez leur dernier jour seulement s’il est faux."
          : "La participation et son étape se terminent le même jour, et le questionnaire de sortie s’ouvre.",
        isPaired: true,
        .date("endOn", \.until, "Dernier jour", missing: "Indiquez le dernier jour.").known(as: "until"),
        .list("endReason", \.endReason, "Motif", none: "Aucun", of: held.reasons))
    ]
  }

  private var isEnded: Bool { held.isOver }
  var draft: Draft { Draft(until: isEnded ? held.participation.until : held.participation.proposedUntil) }
  var version: Int? { held.participation.version }
  var changed: Notice? { .changed("Cette fiche a changé entre-temps.") }

  var sending: Sending {
    Sending(
      "fin-participation", isEnded ? "Corriger la fin" : "Terminer la participation",
      to: participationAddress(held.participation.id, "fin"))
  }

  var head: PageHead { held.head }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    held.page(notices, days: ParticipationDaysForm(held: held).opened, end: form)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let until = draft.until else { throw Problem.malformed("Le formulaire est incomplet.") }
    _ = try await visit.services.call(
      FSEAPI.endParticipation, ["participation": held.participation.id],
      ParticipationEnd(until: until, endReason: draft.endReason), version: version)
    return .see(
      questionnaireAddress(held.participation.id, .exit),
      saying: "La participation et son étape se terminent le \(French.long(until)). Remplissez la sortie.")
  }
}
