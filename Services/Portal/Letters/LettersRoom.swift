import API
import Domain
import Foundation
import Service

/// Letters for a selection of the list: one PDF in the order of the envelopes, and its table.
let lettersRoom = Room(rights: [.depositDocuments]) { pages in
  let rights: [Right] = [.depositDocuments]
  pages.post("beneficiaires/courriers", rights: rights) { visit in try await order(visit) }
  pages.get("courriers/{letterJob}", rights: rights) { visit in try await jobPage(visit) }
  pages.get("courriers/{letterJob}/avancement", rights: rights) { visit in
    let job = try await found(visit)
    return job.endedAt == nil ? visit.fragment([progress(job)]) : .see(job.address)
  }
  pages.get("courriers/{letterJob}/pdf", rights: rights) { visit in
    let id = try visit.id("letterJob", of: LetterJob.self)
    let file = try await visit.services.open(DossiersAPI.downloadLetters, ["letterJob": id], NoInput())
    return PageAnswer(.file(file, isShown: false))
  }
  pages.get("courriers/{letterJob}/tableau", rights: rights) { visit in
    let id = try visit.id("letterJob", of: LetterJob.self)
    let file = try await visit.services.open(DossiersAPI.downloadLetterTable, ["letterJob": id], NoInput())
    return PageAnswer(.file(file, isShown: false))
  }
}

extension LetterJob {
  var address: String { "/courriers/\(id)" }
}

private let back = Link("Bénéficiaires", "/beneficiaires")

private func found(_ visit: Visit) async throws -> LetterJob {
  try await visit.services.call(
    DossiersAPI.showLetters, ["letterJob": try visit.id("letterJob", of: LetterJob.self)])
}

/// Which model, once persons are ticked; then the letters.
private func order(_ visit: Visit) async throws -> PageAnswer {
  let dossiers = visit.form.all("dossier").compactMap { ID<Dossier>($0) }
  guard !dossiers.isEmpty else {
    return .see("/beneficiaires", saying: "Cochez d’abord au moins une personne de la liste.", tone: .waiting)
  }
  let models = try await visit.services.call(DossiersAPI.listLetterModels)
  if let model = visit.form["model"] {
    let place = visit.form["classer"] == nil ? nil : try await filing(of: model, models, visit)
    let job = try await visit.services.call(
      DossiersAPI.orderLetters, [:], LettersOrder(model: model, dossiers: dossiers, filing: place), key: visit.key)
    return .see(job.address)
  }
  let wrong = visit.form["choix"] == nil ? nil : "Choisissez le modèle à éditer."
  let filed = Field.checkbox(
    "classer", "Classer chaque courrier dans le dossier de la personne",
    isChecked: wrong == nil || visit.form["classer"] != nil,
    Field.Common(
      help: "En Word, dans Documents, sous le type du modèle et le nom de la nomenclature", isRequired: false,
      saysOptional: false))
  let field = Field.select(
    "model", "Modèle", [Choice("", "Choisissez un modèle")] + models.map { Choice($0.code, $0.label) },
    Field.Common(error: wrong))
  let form = Form(
    id: "courriers", address: "/beneficiaires/courriers", groups: [FieldGroup(fields: [field, filed])],
    values: dossiers.map { HiddenValue("dossier", $0.description) }
      + [HiddenValue("choix", "oui"), Visit.freshKey],
    submit: "Produire les courriers", cancel: Link("Annuler", "/beneficiaires"))
  let head = PageHead(
    "Courriers pour \(French.count(dossiers.count, "personne"))",
    lead: "Un seul PDF, dans l’ordre des enveloppes : code postal, commune, nom.", back: back)
  let page = visit.page(head, .beneficiaries, [form])
  return wrong == nil ? page : page.with(status: 422)
}

/// Where the model and the county's table file it; « Autre » where they do not say.
private func filing(of model: String, _ models: [LetterModel], _ visit: Visit) async throws -> LetterFiling {
  let types = try await visit.services.call(DossiersAPI.listDocumentTypes)
  let type = models.first { $0.code == model }?.type ?? "autre"
  return LetterFiling(folder: types.first { $0.code == type }?.folder ?? "autres", type: type)
}

private func progress(_ job: LetterJob) -> ProgressBar {
  let settled = job.done + job.refused
  return ProgressBar(
    "\(settled) courriers sur \(job.total)", percent: job.total == 0 ? nil : settled * 100 / job.total,
    detail: "Vous pouvez quitter cette page : le traitement continue.", poll: "\(job.address)/avancement")
}

private func jobPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("letterJob", of: LetterJob.self)
  let query = BatchRowQuery(limit: 50, after: visit.query["apres"])
  async let showing = visit.services.call(DossiersAPI.showLetters, ["letterJob": id])
  async let listing = visit.services.call(DossiersAPI.listLetterRows, ["letterJob": id], query)
  let (job, rows) = try await (showing, listing)
  let lead = "Demandé le \(French.moment(job.createdAt))"
  guard job.endedAt != nil else {
    let reload = Action("Actualiser", job.address, icon: .refresh)
    let head = PageHead("Courriers en cours", lead: lead, back: back, actions: [reload])
    return visit.page(head, .beneficiaries, [Panel(job.label, [progress(job)])])
  }
  let head = PageHead(job.label, lead: lead, back: back)
  return visit.page(head, .beneficiaries, [outcome(of: job), table(rows, job, query)])
}

private func outcome(of job: LetterJob) -> Notice {
  guard job.isReady else {
    return job.done == 0
      ? Notice("Aucun courrier", "Chaque ligne dit pourquoi.", .late)
      : Notice("Le PDF n’a pas pu être produit", "Vérifiez ce modèle dans Administration, Modèles.", .late)
  }
  let refused =
    job.refused == 0 ? nil : "\(French.count(job.refused, "personne")) sans courrier : la liste dit pourquoi."
  return Notice(
    "\(French.count(job.done, "courrier")) dans l’ordre des enveloppes", refused, job.refused == 0 ? .done : .waiting,
    actions: [
      Action("Télécharger le PDF", "\(job.address)/pdf", icon: .download, weight: .primary),
      Action("Télécharger le tableau", "\(job.address)/tableau", icon: .list),
    ])
}

private func table(_ rows: Page<BatchRow>, _ job: LetterJob, _ query: BatchRowQuery) -> Table {
  let lines = rows.items.map { row in
    let isRefused = row.outcome == .refused
    // Nothing is said of a dossier out of reach, its name least of all.
    let name = row.name ?? "Dossier hors de votre portée"
    return Row(
      id: row.dossier.description, address: row.name == nil ? nil : "/dossiers/\(row.dossier)", name: name,
      mark: isRefused ? .late : .neutral,
      [
        Cell(name),
        isRefused
          ? Cell(Badge("Sans courrier", .late, icon: .alert), detail: row.reason)
          : Cell(Badge("Courrier produit", .done, icon: .check)),
      ])
  }
  func address(after: String?) -> String { Address(job.address, ["apres": after]).text }
  return Table(
    id: "courriers", caption: "Courriers, dans l’ordre des enveloppes",
    columns: [Column("Personne"), Column("Courrier")],
    rows: lines, empty: EmptyState("Aucun courrier", "La sélection était vide.", icon: .mail),
    pager: Pager(first: query.after == nil ? nil : address(after: nil), next: rows.next.map { address(after: $0) }))
}
