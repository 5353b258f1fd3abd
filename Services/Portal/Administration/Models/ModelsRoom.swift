import API
import Domain
import Foundation
import Service

let modelsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Modèles", modelsAddress),
      text: "Documents Word : champs, essai, version en vigueur")
  ]
) { pages in
  let model = "administration/modeles/{kind}/{model}"
  let file = "\(model)/fichiers/{number}"
  pages.get("administration/modeles", rights: [.administer]) { visit in try await modelsPage(visit) }
  pages.post("administration/modeles", rights: [.administer]) { visit in try await addModel(visit) }
  pages.get("administration/modeles/champs", rights: [.administer]) { visit in try await fieldsPage(visit) }
  pages.get("administration/modeles/champs/liste", rights: [.administer]) { visit in try await fieldsFile(visit) }
  pages.get(model, rights: [.administer]) { visit in
    modelPage(visit, try await shownModel(visit), FormFaults())
  }
  pages.post(model, rights: [.administer], limit: ModelEndpoints.fileBytes + 64 * 1024) { visit in
    try await depositModel(visit)
  }
  pages.post("\(model)/nom", rights: [.administer]) { visit in try await changeModel(visit) }
  pages.get(file, rights: [.administer]) { visit in
    let (sheet, file) = try await shownFile(visit)
    return modelFilePage(visit, sheet, file, FormAnswers(), version: sheet.version, FormFaults())
  }
  pages.post(file, rights: [.administer]) { visit in try await chooseModel(visit) }
  pages.get("\(file)/document", rights: [.administer]) { visit in try await modelDocument(visit) }
  pages.get("\(file)/essai", rights: [.administer]) { visit in try await modelTrial(visit) }
}

let modelsAddress = "/administration/modeles"

extension ModelSheet {
  var address: String { "\(modelsAddress)/\(kind.rawValue)/\(code)" }
  var models: ModelEndpoints { kind.service.models }

  /// What is printed with it, and when.
  fileprivate var use: String {
    switch code {
    case "cer-sans-decision": "Imprimé avant la décision, avec ce que la personne et son référent ont écrit."
    case "cer-vierge": "Imprimé vide, à remplir à la main pendant l’entretien."
    case "cer-decision-valide": "Imprimé quand le contrat est validé, avec la décision."
    case "cer-decision-non-valide": "Imprimé quand le contrat n’est pas validé, avec la décision."
    default: "\(kind.label) · \(logo.label)"
    }
  }

  func file(_ number: Int) -> ModelFile? { files.first { $0.number == number } }

  func address(_ file: ModelFile, _ part: String = "") -> String {
    "\(address)/fichiers/\(file.number)" + (part.isEmpty ? "" : "/\(part)")
  }

  /// Whether it prints today, will, or did.
  fileprivate func badge(_ file: ModelFile, today: CalendarDate) -> Badge? {
    if file.number == current { return Badge("En vigueur", .done, icon: .check) }
    if periods.contains(where: { $0.holds && $0.value == file.number && $0.from > today }) {
      return Badge("À venir", .waiting, icon: .clock)
    }
    return nil
  }
}

extension ModelFile {
  var title: String { number == 0 ? "Modèle d’origine" : fileName }
  var size: String { bytes < 1_048_576 ? "\(max(1, bytes / 1024)) Ko" : "\(bytes / 1_048_576) Mo" }
  var origin: String {
    guard let depositedAt, let accountName else { return "livré avec Jalons" }
    return "déposé le \(French.moment(depositedAt)) par \(accountName)"
  }
}

func modelsPage(_ visit: Visit, _ faults: FormFaults = FormFaults()) async throws -> PageAnswer {
  let sheets = try await visit.gathered(from: ServiceName.withModels) { $0.models.all }
  let rows = sheets.map { sheet in
    let file = sheet.current.flatMap(sheet.file)
    return Row(
      id: sheet.code, address: sheet.address, name: sheet.label,
      [
        Cell(sheet.label, detail: sheet.use),
        sheet.open
          ? Cell(file?.title ?? "Aucun fichier choisi", detail: file?.origin) : Cell(Badge("Fermé", .neutral)),
      ])
  }
  let table = Table(
    id: "modeles", caption: "Modèles Word", columns: [Column("Modèle"), Column("En vigueur")], rows: rows,
    empty: EmptyState("Aucun modèle", "Les modèles viennent avec Jalons.", icon: .file))
  let adding = Form(
    id: "ajout", address: modelsAddress,
    groups: [
      FieldGroup(fields: [
        .select(
          "kind", "Nature",
          ModelKind.allCases.filter { ServiceName.withModels.contains($0.service) }.map {
            Choice($0.rawValue, $0.label, isChosen: $0.rawValue == visit.form["kind"])
          }, faults.common("kind")),
        .text(
          "label", "Nom du modèle", value: visit.form["label"], width: .medium, maximumLength: 120,
          faults.common("label", help: "Tel que le verront ceux qui l’impriment")),
        logoField(visit.form["logo"] ?? ModelLogo.county.rawValue, faults),
      ])
    ], values: [Visit.freshKey], submit: "Ajouter le modèle")
  let fields = Action("Champs de fusion", "\(modelsAddress)/champs", icon: .list)
  let head = PageHead(
    "Modèles", lead: "Ouvrez un modèle pour le télécharger, l’essayer ou le remplacer par le vôtre.",
    back: Link("Administration", "/administration"), actions: [fields])
  return visit.page(
    head, .administration, faults.general + [table, Panel("Ajouter un modèle", id: "ajouter", [adding])]
  ).with(faults)
}

private func logoField(_ selected: String, _ faults: FormFaults) -> Field {
  .select(
    "logo", "Logo", ModelLogo.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0.rawValue == selected) },
    faults.common("logo", help: "C’est par lui qu’on choisit entre deux modèles de même objet"))
}

func shownModel(_ visit: Visit) async throws -> ModelSheet {
  guard let kind = ModelKind(rawValue: visit.parameters["kind"] ?? ""), ServiceName.withModels.contains(kind.service)
  else { throw Problem.notFound("Ce modèle") }
  // They are few: the list is as quick as one of them would be.
  let sheets = try await visit.services.call(kind.service.models.all)
  guard let sheet = sheets.first(where: { $0.code == visit.parameters["model"] && $0.kind == kind }) else {
    throw Problem.notFound("Ce modèle")
  }
  return sheet
}

func shownFile(_ visit: Visit) async throws -> (ModelSheet, ModelFile) {
  let sheet = try await shownModel(visit)
  guard let file = visit.parameters["number"].flatMap({ Int($0) }).flatMap(sheet.file) else {
    throw Problem.notFound("Ce fichier")
  }
  return (sheet, file)
}

/// One model: its files, a replacement, and which file printed when.
func modelPage(_ visit: Visit, _ sheet: ModelSheet, _ faults: FormFaults) -> PageAnswer {
  let files = Table(
    id: "fichiers", caption: "Fichiers de ce modèle",
    columns: [Column("Fichier"), Column("État"), Column("Actions", isTitleHidden: true)],
    rows: sheet.files.map { file in
      Row(
        id: String(file.number), address: sheet.address(file), name: file.title,
        [
          Cell(file.title, detail: "\(file.size) · \(file.origin)"),
          sheet.badge(file, today: visit.today).map { Cell($0) } ?? Cell("—"),
          Cell(actions: [
            Action("Essayer", sheet.address(file), icon: .eye, weight: .plain),
            Action("Télécharger", sheet.address(file, "document"), icon: .download, weight: .plain),
          ]),
        ])
    }, empty: EmptyState("Aucun fichier", "Déposez-en un ci-dessous.", icon: .file))
  let deposit = Form(
    id: "depot", address: sheet.address,
    groups: [
      FieldGroup(
        text: sheet.files.isEmpty
          ? "Écrivez le document dans Word, avec des champs de fusion de la liste, et déposez-le au format .docx."
          : "Partez du modèle téléchargé, gardez ses champs de fusion, et déposez-le au format .docx.",
        fields: [
          .file(
            "file", "Document Word", accept: ".docx",
            faults.common("file", help: "20 Mo au plus, sans macros. Il ne sert pas avant que vous l’ayez choisi"))
        ])
    ], values: [Visit.freshKey], submit: "Déposer le modèle", isMultipart: true)
  let naming = Form(
    id: "nom", address: "\(sheet.address)/nom",
    groups: [
      FieldGroup(fields: [
        .text(
          "label", "Nom du modèle", value: visit.form["label"] ?? sheet.label, width: .medium, maximumLength: 120,
          faults.common("label")),
        logoField(visit.form["logo"] ?? sheet.logo.rawValue, faults),
        .select(
          "open", "Proposé",
          [("yes", "Oui"), ("no", "Non, il reste ici pour mémoire")].map { value, label in
            Choice(value, label, isChosen: value == visit.form["open"] ?? (sheet.open ? "yes" : "no"))
          }, faults.common("open")),
      ])
    ], values: [HiddenValue("version", String(sheet.version))], submit: "Enregistrer")
  let entries = sheet.periods.map { period in
    HistoryEntry(
      French.moment(period.decidedAt), who: period.accountName,
      sheet.file(period.value)?.title ?? "Fichier \(period.value)",
      reason: nil, changes: [Change("Imprimé", from: nil, to: period.words)])
  }
  let past: any Piece =
    entries.isEmpty
    ? EmptyState(
      sheet.files.isEmpty ? "Aucun fichier n’a encore servi" : "Le modèle d’origine n’a jamais été quitté",
      "Chaque choix s’affichera ici avec sa période.", icon: .history)
    : History(entries)
  let head = PageHead(sheet.label, lead: sheet.use, back: Link("Modèles", modelsAddress))
  return visit.page(
    head, .administration, title: "Modèles",
    faults.general + [
      files, Panel("Déposer un fichier", id: "remplacer", [deposit]), Panel("Nom et usage", id: "usage", [naming]),
      Panel("Historique", id: "historique", [past]),
    ]
  ).with(faults)
}
