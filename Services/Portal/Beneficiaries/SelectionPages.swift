import API
import Domain
import Foundation
import Service

let selectionPath = "/beneficiaires/selection"

/// What is done with the persons ticked in the list: kept under a name (the guide's *Créer une sélection de
/// bénéficiaires*), or one act on each, with a report (rule C10).
func addSelectionPages(to pages: Pages) {
  pages.post("beneficiaires/selection", rights: [.readDossiers]) { visit in try await keepSelection(visit) }
  pages.post("beneficiaires/notes", rights: [.writeNotes]) { visit in try await addNotes(visit) }
  pages.post(
    "beneficiaires/documents", rights: [.depositDocuments], limit: DossierDocument.mostBytes + 64 * 1024
  ) { visit in try await fileDocuments(visit) }
  pages.post("beneficiaires/veille", rights: [.standby]) { visit in try await startStandbys(visit) }
  pages.post("beneficiaires/etape", rights: [.nameStepReferent]) { visit in try await nameStepReferents(visit) }
}

/// The persons ticked, and whether the form that follows was sent.
private struct Ticked {
  let dossiers: [ID<Dossier>]
  /// Nil where the list has just been left: nothing is a fault yet.
  let typed: FormAnswers?

  init(_ visit: Visit) {
    dossiers = visit.form.all("dossier").prefix(1000).compactMap { ID<Dossier>($0) }
    typed = visit.form["envoi"] == nil ? nil : visit.form
  }

  var count: String { French.count(dossiers.count, "personne") }

  static var nothing: PageAnswer {
    .see(
      "/beneficiaires?tri=recent", saying: "Cochez d’abord au moins une personne de la liste.", tone: .waiting)
  }

  func page(
    _ visit: Visit, _ title: String, lead: String, path: String, submit: String, _ fields: [Field],
    _ faults: FormFaults, isMultipart: Bool = false
  ) -> PageAnswer {
    let form = Form(
      id: "selection", address: path, groups: [FieldGroup(fields: fields)],
      values: dossiers.map { HiddenValue("dossier", $0.description) } + [HiddenValue("envoi", "oui"), Visit.freshKey],
      submit: submit, cancel: Link("Annuler", "/beneficiaires?tri=recent"), isMultipart: isMultipart)
    let head = PageHead(title, lead: lead, back: Link("Bénéficiaires", "/beneficiaires?tri=recent"))
    return visit.page(head, .beneficiaries, faults.general + [form]).with(faults)
  }
}

// MARK: A selection

private func keepSelection(_ visit: Visit) async throws -> PageAnswer {
  let ticked = Ticked(visit)
  guard !ticked.dossiers.isEmpty else { return Ticked.nothing }
  var faults = FormFaults()
  if let typed = ticked.typed {
    if typed["name"] == nil { faults.add("name", "Donnez un nom à la sélection.") }
    if let name = typed["name"], faults.isEmpty {
      let audience = typed["audience"].flatMap(SavedSearch.Audience.init(rawValue:)) ?? .mine
      do {
        let draft = SavedSearchDraft(
          name: name, audience: audience, search: DossierSearch(), dossiers: ticked.dossiers)
        let saved = try await visit.services.call(DossiersAPI.saveSearch, [:], draft, key: visit.key)
        return .see(saved.address, saying: "La sélection « \(saved.name) » est enregistrée.")
      } catch let problem as Problem {
        faults = try FormFaults(problem, fields: ["name", "audience"])
      }
    }
  }
  let audience = ticked.typed?["audience"] ?? SavedSearch.Audience.mine.rawValue
  let choices = SavedSearch.Audience.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0.rawValue == audience) }
  return ticked.page(
    visit, "Enregistrer la sélection de \(ticked.count)",
    lead: "Elle garde ces personnes, même si elles changent d’état. Rendez-vous et courriers la retrouvent.",
    path: selectionPath, submit: "Enregistrer la sélection",
    [
      .text("name", "Nom de la sélection", value: ticked.typed?["name"], maximumLength: 80, faults.common("name")),
      .radios("audience", "Qui la voit", choices, faults.common("audience")),
    ], faults)
}

// MARK: Acts

/// What the endpoint says of `note.text` stands at the form's `text`.
private func ofRows(_ problem: Problem, _ fields: [String]) throws -> FormFaults {
  try FormFaults(problem) { field in fields.first { field == $0 || field.hasSuffix(".\($0)") } }
}

private func addNotes(_ visit: Visit) async throws -> PageAnswer {
  let ticked = Ticked(visit)
  guard !ticked.dossiers.isEmpty else { return Ticked.nothing }
  var faults = FormFaults()
  let audience = ticked.typed?["audience"].flatMap(Note.Audience.init(rawValue:)) ?? .public
  if let typed = ticked.typed {
    if typed["text"] == nil { faults.add("text", "Écrivez la note avant de l’ajouter.") }
    let assignee = audience == .assigned ? try await AccountPicker.chosen("assignee", visit, &faults) : nil
    if let text = typed["text"], faults.isEmpty {
      do {
        let note = NoteDraft(text: text, audience: audience, assignee: assignee)
        let batch = try await visit.services.call(
          DossiersAPI.addNotes, [:], NoteBatch(note: note, dossiers: ticked.dossiers), key: visit.key)
        return batch.answer(back: "/beneficiaires?tri=recent")
      } catch let problem as Problem {
        faults = try ofRows(problem, ["text", "audience", "assignee"])
      }
    }
  }
  var common = faults.common("assignee", help: "Son nom, ou le début de son nom")
  common.condition = "audience=\(Note.Audience.assigned.rawValue)"
  let choices = [
    Choice("public", "Publique", help: "Tous ceux qui ont accès au dossier", isChosen: audience == .public),
    Choice("private", "Privée", help: "Vous seul", isChosen: audience == .private),
    Choice("assigned", "Attribuée", help: "Vous et la personne choisie", isChosen: audience == .assigned),
  ]
  return ticked.page(
    visit, "Ajouter une note à \(ticked.count)", lead: "La même note, dans chaque dossier.",
    path: "/beneficiaires/notes", submit: "Ajouter la note",
    [
      .area("text", "Note", value: ticked.typed?["text"], rows: 3, maximumLength: 4000, faults.common("text")),
      .radios("audience", "Qui la lit", choices, faults.common("audience")),
      .text(
        "assignee", "Collaborateur", value: ticked.typed?["assignee"], searching: Suggestions.colleagues.address,
        common),
    ], faults)
}

private func startStandbys(_ visit: Visit) async throws -> PageAnswer {
  let ticked = Ticked(visit)
  guard !ticked.dossiers.isEmpty else { return Ticked.nothing }
  var faults = FormFaults()
  if let typed = ticked.typed {
    let from = typed.date(
      "from", today: visit.today, missing: "Indiquez le premier jour de la veille.", &faults)
    let until = typed.date("until", today: visit.today, leaning: .coming, &faults)
    if typed["reason"] == nil { faults.add("reason", "Choisissez le motif de la veille.") }
    if let from, let reason = typed["reason"], faults.isEmpty {
      do {
        let standby = StandbyDraft(from: from, until: until, reason: reason, comment: typed["comment"])
        let batch = try await visit.services.call(
          DossiersAPI.startStandbys, [:], StandbyBatch(standby: standby, dossiers: ticked.dossiers), key: visit.key)
        return batch.answer(back: "/beneficiaires?tri=recent")
      } catch let problem as Problem {
        faults = try ofRows(problem, ["from", "until", "reason", "comment"])
      }
    }
  }
  let reasons = try await visit.services.call(ServiceName.dossiers.lists.all)[.standbyReason].offered()
  let chosen = ticked.typed?["reason"]
  return ticked.page(
    visit, "Mettre en veille \(ticked.count)", lead: "Les dossiers restent dans la file active.",
    path: "/beneficiaires/veille", submit: "Mettre en veille",
    [
      .date("from", "Du", value: ticked.typed?["from"] ?? visit.today.written, faults.common("from")),
      .date("until", "Au (inclus)", value: ticked.typed?["until"], faults.common("until", isRequired: false)),
      .select(
        "reason", "Motif",
        [Choice("", "Choisissez un motif")]
          + reasons.map { Choice($0.code, $0.label, isChosen: $0.code == chosen) }, faults.common("reason")),
      .area(
        "comment", "Commentaire", value: ticked.typed?["comment"], rows: 3, maximumLength: 2000,
        faults.common("comment", isRequired: false)),
    ], faults)
}

private func nameStepReferents(_ visit: Visit) async throws -> PageAnswer {
  let ticked = Ticked(visit)
  guard !ticked.dossiers.isEmpty else { return Ticked.nothing }
  var faults = FormFaults()
  if let typed = ticked.typed {
    let account = try await AccountPicker.chosen("account", visit, &faults)
    let from = typed.date("from", today: visit.today, missing: "Indiquez le premier jour.", &faults)
    let until = typed.date(
      "until", today: visit.today, leaning: .coming, missing: "Indiquez le dernier jour.", &faults)
    if let account, let from, let until, faults.isEmpty {
      do {
        let referent = StepReferentDraft(account: account, from: from, until: until)
        let batch = try await visit.services.call(
          DossiersAPI.nameStepReferents, [:], StepReferentBatch(referent: referent, dossiers: ticked.dossiers),
          key: visit.key)
        return batch.answer(back: "/beneficiaires?tri=recent")
      } catch let problem as Problem {
        faults = try ofRows(problem, ["account", "from", "until"])
      }
    }
  }
  let days = try await visit.services.call(ServiceName.dossiers.delays.all)[.stepAccess]
  return ticked.page(
    visit, "Nommer un référent d’étape pour \(ticked.count)",
    lead: "Il accède à ces dossiers entre ces deux dates. Le référent de parcours reste.",
    path: "/beneficiaires/etape", submit: "Nommer référent d’étape",
    [
      .text(
        "account", "Collaborateur", value: ticked.typed?["account"], searching: Suggestions.colleagues.address,
        faults.common("account", help: "Son nom, ou le début de son nom")),
      .date("from", "Du", value: ticked.typed?["from"] ?? visit.today.written, faults.common("from")),
      .date(
        "until", "Au (inclus)", value: ticked.typed?["until"] ?? visit.today.adding(days: days).written,
        faults.common("until")),
    ], faults)
}

private func fileDocuments(_ visit: Visit) async throws -> PageAnswer {
  let ticked = Ticked(visit)
  guard !ticked.dossiers.isEmpty else { return Ticked.nothing }
  var faults = FormFaults()
  let types = try await visit.services.call(DossiersAPI.listDocumentTypes).filter(\.open)
  if let typed = ticked.typed {
    let type = types.first { $0.code == typed["type"] }
    if type == nil { faults.add("type", "Choisissez le type du document.") }
    let file = typed.file("file").flatMap { $0.isEmpty ? nil : $0 }
    if file == nil { faults.add("file", "Choisissez le fichier à déposer.") }
    if let type, let file, faults.isEmpty {
      do {
        // They stand in the address of the call.
        let dossiers = ticked.dossiers.prefix(50).map(\.description).joined(separator: ",")
        let query = [
          "folder": type.folder ?? "autres", "type": type.code, "fileName": String(file.name.suffix(255)),
          "dossiers": dossiers,
        ]
        let batch = try await visit.services.upload(
          DossiersAPI.fileDocuments, [:], query: query, file: file.content)
        return batch.answer(back: "/beneficiaires?tri=recent")
      } catch let problem as Problem {
        faults = try ofRows(problem, ["type", "file"])
      }
    }
  }
  let choices = types.map { Choice($0.code, $0.label, isChosen: $0.code == ticked.typed?["type"]) }
  return ticked.page(
    visit, "Classer un document pour \(ticked.count)",
    lead: "Le même document, dans chaque dossier, sous le nom de la nomenclature.",
    path: "/beneficiaires/documents", submit: "Classer le document",
    [
      .select("type", "Type de document", [Choice("", "Choisissez un type")] + choices, faults.common("type")),
      .file("file", "Fichier", accept: ".pdf,.docx,.doc,.jpg,.jpeg,.png", faults.common("file")),
    ], faults, isMultipart: true)
}
