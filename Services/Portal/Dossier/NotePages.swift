import API
import Domain
import Foundation
import Service

let notesSection = DossierSection(
  "Notes", path: "notes", icon: .note, position: 60, kinds: [.note],
  actions: { open in
    open.visit.may(.writeNotes)
      ? [Action("Ajouter une note", open.address("notes#ajouter"), icon: .note, weight: .plain)] : []
  },
  summary: { open in
    let notes = try await open.visit.services.call(DossiersAPI.listNotes, open.path).items.filter {
      $0.closedAt == nil
    }
    let all = Action("Toutes les notes", open.address("notes"), weight: .plain)
    return [
      Panel(
        "Notes", count: notes.count, actions: [all], [noteList(Array(notes.prefix(3)), open, label: "Notes en cours")]
      )
    ]
  })

func addNotePages(to pages: Pages) {
  pages.get("dossiers/{dossier}/notes", rights: [.readDossiers]) { visit in
    try await notesPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("dossiers/{dossier}/notes", rights: [.writeNotes]) { visit in try await addNote(visit) }
  pages.post("dossiers/{dossier}/notes/{note}/cloture", rights: [.writeNotes]) { visit in try await closeNote(visit) }
}

/// Who may read a note, in the users' words.
private func badge(_ audience: Note.Audience) -> Badge {
  switch audience {
  case .public: Badge("Publique", .neutral, icon: .eye)
  case .private: Badge("Privée", .neutral, icon: .lock)
  case .assigned: Badge("Attribuée", .info, icon: .user)
  }
}

private func noteList(_ notes: [Note], _ open: OpenDossier, label: String) -> ItemList {
  let items = notes.map { note in
    let close = Action(
      "Clore", open.address("notes/\(note.id)/cloture"), weight: .plain, posts: true,
      values: [HiddenValue("version", String(note.version))])
    let closed = note.closedAt.map { " · close le \(French.long(CalendarDate($0)))" } ?? ""
    return Item(
      note.authorName, text: note.text, meta: "\(French.moment(note.writtenAt))\(closed)", icon: .note,
      badges: [badge(note.audience)], actions: open.visit.may(.writeNotes) && note.closedAt == nil ? [close] : [])
  }
  return ItemList(
    label, items,
    empty: EmptyState("Aucune note", "Les notes en cours que vous pouvez lire s’affichent ici.", icon: .note))
}

private func notesPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(DossiersAPI.listNotes, ["dossier": id])
  async let naming = visit.may(.writeNotes) ? AccountPicker.names(visit) : []
  let (open, notes, names) = try await (opening, listing.items, naming)
  let (current, closed) = (notes.filter { $0.closedAt == nil }, notes.filter { $0.closedAt != nil })
  var body: [any Piece] = faults.general
  body.append(Panel("En cours", count: current.count, [noteList(current, open, label: "Notes en cours")]))
  if visit.may(.writeNotes) {
    body.append(Panel("Ajouter une note", id: "ajouter", [noteForm(open, typed, names: names, faults: faults)]))
  }
  if !closed.isEmpty {
    body.append(Panel("Closes", count: closed.count, [noteList(closed, open, label: "Notes closes")]))
  }
  return open.page(PageHead("Notes"), in: "notes", body).with(faults)
}

private func noteForm(_ open: OpenDossier, _ typed: FormAnswers?, names: [String], faults: FormFaults) -> Form {
  let audience = typed?["audience"] ?? Note.Audience.public.rawValue
  func choice(_ value: Note.Audience, _ text: String, _ help: String) -> Choice {
    Choice(value.rawValue, text, help: help, isChosen: audience == value.rawValue)
  }
  var assignee = faults.common("assignee", help: "Son nom, ou le début de son nom")
  assignee.condition = "audience=\(Note.Audience.assigned.rawValue)"
  return Form(
    id: "note", address: open.address("notes"),
    groups: [
      FieldGroup(fields: [
        .area("text", "Note", value: typed?["text"], rows: 3, maximumLength: 4000, faults.common("text")),
        .radios(
          "audience", "Qui la lit",
          [
            choice(.public, "Publique", "Tous ceux qui ont accès au dossier"),
            choice(.private, "Privée", "Vous seul"),
            choice(.assigned, "Attribuée", "Vous et la personne choisie, qui la retrouve sur son accueil"),
          ], faults.common("audience")),
        .text("assignee", "Collaborateur", value: typed?["assignee"], suggestions: names, assignee),
      ])
    ], values: [Visit.freshKey], submit: "Ajouter la note")
}

private func addNote(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  var faults = FormFaults()
  let audience = visit.form["audience"].flatMap(Note.Audience.init(rawValue:)) ?? .public
  if visit.form["text"] == nil { faults.add("text", "Écrivez la note avant de l’ajouter.") }
  let assignee = audience == .assigned ? try await AccountPicker.chosen("assignee", visit, &faults) : nil
  guard faults.isEmpty, let text = visit.form["text"] else {
    return try await notesPage(visit, typed: visit.form, faults: faults)
  }
  do {
    let draft = NoteDraft(text: text, audience: audience, assignee: assignee)
    _ = try await visit.services.call(DossiersAPI.addNote, ["dossier": id], draft, key: visit.key)
    return .see("/dossiers/\(id)/notes", saying: "La note est ajoutée.")
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["text", "audience", "assignee"])
    return try await notesPage(visit, typed: visit.form, faults: faults)
  }
}

private func closeNote(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let note = try visit.id("note", of: Note.self)
  _ = try await visit.services.call(
    DossiersAPI.closeNote, ["dossier": id, "note": note], version: try visit.version)
  return .see("/dossiers/\(id)/notes", saying: "La note est close : elle quitte l’accueil de chacun.")
}
