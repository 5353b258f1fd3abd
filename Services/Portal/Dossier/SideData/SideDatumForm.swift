import API
import Domain
import Foundation
import Service

/// A fact of a person, new or changed.
struct SideDatumForm: DossierForm {
  let open: OpenDossier
  let kind: SideDatum.Kind
  /// Nil for a new one.
  let datum: SideDatum?
  let lists: [CountyList]
  let steps: [Step]

  static let section = SideData.section

  static func load(_ visit: Visit) async throws -> SideDatumForm {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    async let stepping = visit.services.call(FSEAPI.listSteps, ["dossier": id])
    async let finding = found(visit, in: id)
    let (open, lists, steps, datum) = try await (opening, listing, stepping.items, finding)
    guard let kind = datum?.kind ?? visit.parameters["kind"].flatMap(SideDatum.Kind.init(rawValue:)) else {
      throw Problem.notFound()
    }
    return SideDatumForm(open: open, kind: kind, datum: datum, lists: lists, steps: steps)
  }

  private static func found(_ visit: Visit, in dossier: ID<Dossier>) async throws -> SideDatum? {
    guard visit.parameters["sideDatum"] != nil else { return nil }
    let id = try visit.id("sideDatum", of: SideDatum.self)
    let data = try await visit.services.call(DossiersAPI.listSideData, ["dossier": dossier]).items
    guard let datum = data.first(where: { $0.id == id && $0.closedOn == nil }) else {
      throw Problem.notFound("Cette donnée")
    }
    return datum
  }

  var groups: [QuestionGroup<SideDatumDraft>] {
    var first: [Question<SideDatumDraft>] = [what, .area("detail", \.detail, "Précisions", rows: 3)]
    let choices = steps.map {
      Choice($0.id.description, "\($0.offerName) · du \(French.short($0.from ?? $0.plannedFrom))")
    }
    if !choices.isEmpty {
      first.append(.list("step", \.step, "Étape du parcours liée", none: "Aucune", choices))
    }
    return [
      QuestionGroup(nil, all: first),
      QuestionGroup(
        isPaired: true, .date("from", \.from, "Depuis le", missing: "Indiquez depuis quand."),
        .date("until", \.until, "Jusqu’au").notBefore("from", \.from, \.until)),
    ]
  }

  /// What it is: chosen from a list, found, or written.
  private var what: Question<SideDatumDraft> {
    let missing = "Choisissez dans la liste."
    switch kind {
    case .difficulty:
      return .list(
        "code", \.code, kind.label, none: "Choisissez une difficulté", missing: missing, of: lists[.difficulty])
    case .sector:
      return .list("code", \.code, kind.label, none: "Choisissez un secteur", missing: missing, of: lists[.sector])
    case .trade:
      return .trade("code", \.code, called: \.label, kind.label, missing: "Écrivez un métier ou son code ROME.")
        .help("Quelques lettres du métier, ou son code ROME")
    case .mobility, .licence:
      return .list(
        "code", \.code, kind.label, none: "Choisissez", missing: missing,
        kind.choices.map { Choice($0.code, $0.label) })
    case .training, .language, .qualification, .experience, .aid:
      return .line("label", \.label, kind.label, missing: "Écrivez de quoi il s’agit.")
    }
  }

  var draft: SideDatumDraft {
    datum.map {
      SideDatumDraft(
        kind: $0.kind, code: $0.code, label: $0.label, detail: $0.detail, from: $0.fromDate, until: $0.untilDate,
        step: $0.step)
    } ?? SideDatumDraft(kind: kind, from: open.today)
  }

  var version: Int? { datum?.version }

  var sending: Sending {
    Sending("donnee", datum == nil ? "Ajouter" : "Enregistrer", cancel: open.address(Self.section))
  }

  var head: PageHead {
    PageHead(
      datum == nil ? "Ajouter : \(kind.label.lowercasedFirst)" : kind.label,
      back: Link("Données bénéficiaire", open.address(Self.section)))
  }

  func save(_ draft: SideDatumDraft, version: Int?) async throws -> PageAnswer {
    if let datum {
      _ = try await visit.services.call(
        DossiersAPI.changeSideDatum, ["dossier": open.detail.id, "sideDatum": datum.id], draft, version: version)
    } else {
      _ = try await visit.services.call(DossiersAPI.addSideDatum, open.path, draft, key: visit.key)
    }
    return .see(open.address(Self.section), saying: "La donnée est enregistrée.")
  }
}
