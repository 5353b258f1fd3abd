import API
import Domain
import Foundation
import Service

private let filingRights: [Right] = [.attendance, .registerOnOffers, .fseForms]

/// The papers that prove a step: filed, opened, taken away.
func addEvidencePages(to pages: Pages) {
  let papers = "dossiers/{dossier}/parcours/{step}/pieces"
  pages.form("\(papers)/nouvelle", rights: filingRights, limit: 21 * 1024 * 1024, EvidenceForm.self)
  pages.get("\(papers)/{evidence}/fichier", rights: [.readDossiers]) { visit in
    let path = try evidencePath(visit)
    let file = try await visit.services.open(FSEAPI.downloadEvidence, path, NoInput())
    return PageAnswer(.file(file, isShown: true))
  }
  pages.post("\(papers)/{evidence}/retrait", rights: filingRights) { visit in
    let dossier = try visit.id("dossier", of: Dossier.self)
    let step = try visit.id("step", of: Step.self)
    _ = try await visit.services.call(FSEAPI.deleteEvidence, try evidencePath(visit))
    return .see("/dossiers/\(dossier)/parcours/\(step)/detail", saying: "La pièce est retirée.")
  }
}

private func evidencePath(_ visit: Visit) throws -> [String: any CustomStringConvertible] {
  ["step": try visit.id("step", of: Step.self), "evidence": try visit.id("evidence", of: Evidence.self)]
}

extension Evidence.Kind: FormValue {}

/// The papers in a list, with the way to file another.
func evidencePanel(_ papers: [Evidence], of step: Step, _ open: OpenDossier) -> Panel {
  let address = open.address("parcours/\(step.id)/pieces")
  let mayFile = open.visit.person.may(anyOf: filingRights)
  let items = papers.map { paper in
    Item(
      paper.kind.label, address: "\(address)/\(paper.id)/fichier",
      meta: "\(paper.fileName) · \(paper.addedByName), le \(French.long(CalendarDate(paper.addedAt)))", icon: .file,
      actions: mayFile
        ? [Action("Retirer la pièce", "\(address)/\(paper.id)/retrait", weight: .plain, posts: true)] : [])
  }
  let add = Action("Joindre une pièce", "\(address)/nouvelle", icon: .plus, weight: .plain)
  return Panel(
    "Pièces", id: "pieces", count: papers.count, actions: mayFile ? [add] : [],
    [
      ItemList(
        "Pièces", items,
        empty: EmptyState(
          "Aucune pièce", "La feuille d’émargement signée se numérise et se joint ici.", icon: .file))
    ])
}

/// A paper that proves the step, scanned.
struct EvidenceForm: DossierForm {
  let open: OpenDossier
  let step: Step

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> EvidenceForm {
    let presence = try await AttendanceForm.load(visit)
    return EvidenceForm(open: presence.open, step: presence.step)
  }

  struct Draft: Sendable {
    var kind: Evidence.Kind? = .attendance
    var file: FormAnswers.File?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .radios(
          "kind", \.kind, "Type de pièce", Evidence.Kind.allCases.map { Choice($0.rawValue, $0.label) },
          missing: "Choisissez le type de pièce."),
        .file("file", \.file, "Fichier", accept: ".pdf,.jpg,.jpeg,.png", missing: "Choisissez un fichier.")
          .help("PDF, JPEG ou PNG, 20 Mo au plus. Une page où figure cette seule personne."))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { nil }
  private var back: String { open.address("parcours/\(step.id)/detail") }
  var sending: Sending { Sending("piece", "Joindre la pièce", cancel: back, isMultipart: true) }
  var head: PageHead { PageHead("Joindre une pièce", lead: step.period, back: Link(step.offerName, back)) }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file, let kind = draft.kind else {
      throw Problem.malformed("Le formulaire est incomplet.")
    }
    _ = try await visit.services.upload(
      FSEAPI.addEvidence, ["step": step.id], query: ["name": file.name, "kind": kind.rawValue], file: file.content)
    return .see(back + "#pieces", saying: "La pièce est jointe.")
  }
}
