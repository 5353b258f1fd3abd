import API
import Domain
import Foundation
import Service

let notesSection = DossierSection(
  "Notes", path: "notes", icon: .note, position: 60,
  actions: { open in
    open.visit.may(.writeNotes)
      ? [Action("Ajouter une note", open.address("notes#ajouter"), icon: .note, weight: .plain)] : []
  },
  reads: [DossiersAPI.listNotes.fullName],
  summary: { open in
    let notes = try await open.visit.services.call(DossiersAPI.listNotes, open.path).items.filter {
      $0.closedAt == nil
    }
    let all = Action("Toutes les notes", open.address("notes"), weight: .plain)
    return [
      Panel(
        "Notes", count: notes.count, actions: [all], [Notes.list(Array(notes.prefix(3)), open, label: "Notes en cours")]
      )
    ]
  })

/// The notes of a dossier: those to be read, and the form of another.
enum Notes {
  static func add(to pages: Pages) {
    let all = "dossiers/{dossier}/notes"
    pages.form(all, rights: [.writeNotes], reading: [.readDossiers], NoteForm.self)
    pages.post("\(all)/{note}/cloture", rights: [.writeNotes]) { visit in
      let id = try visit.id("dossier", of: Dossier.self)
      let note = try visit.id("note", of: Note.self)
      _ = try await visit.services.call(
        DossiersAPI.closeNote, ["dossier": id, "note": note], version: try visit.version)
      return .see("/dossiers/\(id)/notes", saying: "La note est close : elle quitte l’accueil de chacun.")
    }
  }

  /// Who may read a note, in the users' words.
  private static func badge(_ audience: Note.Audience) -> Badge {
    switch audience {
    case .public: Badge("Publique", .neutral, icon: .eye)
    case .private: Badge("Privée", .neutral, icon: .lock)
    case .assigned: Badge("Attribuée", .info, icon: .user)
    }
  }

  static func list(_ notes: [Note], _ open: OpenDossier, label: String) -> ItemList {
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
}

extension Note.Audience: FormValue {}

/// A new note, under those that there are.
struct NoteForm: DossierForm {
  let open: OpenDossier
  let notes: [Note]

  static let section = "notes"

  static func load(_ visit: Visit) async throws -> NoteForm {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(DossiersAPI.listNotes, ["dossier": id])
    return try await NoteForm(open: opening, notes: listing.items)
  }

  var groups: [QuestionGroup<NoteDraft>] {
    [
      QuestionGroup(
        .area("text", \.text, "Note", rows: 3, missing: "Écrivez la note avant de l’ajouter."),
        .radios(
          "audience", \.audience, "Qui la lit",
          [
            Choice("public", "Publique", help: "Tous ceux qui ont accès au dossier"),
            Choice("private", "Privée", help: "Vous seul"),
            Choice(
              "assigned", "Attribuée", help: "Vous et la personne choisie, qui la retrouve sur son accueil"),
          ]),
        .colleague("assignee", \.assignee, "Collaborateur").help("Son nom, ou le début de son nom")
          .when("audience", is: "assigned"))
    ]
  }

  var draft: NoteDraft { NoteDraft(text: "", audience: .public, assignee: nil) }
  var version: Int? { nil }
  var sending: Sending { Sending("note", "Ajouter la note") }
  var head: PageHead { PageHead("Notes") }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let (current, closed) = (notes.filter { $0.closedAt == nil }, notes.filter { $0.closedAt != nil })
    var body = notices
    body.append(Panel("En cours", count: current.count, [Notes.list(current, open, label: "Notes en cours")]))
    if visit.may(.writeNotes) { body.append(Panel("Ajouter une note", id: "ajouter", [form])) }
    if !closed.isEmpty {
      body.append(Panel("Closes", count: closed.count, [Notes.list(closed, open, label: "Notes closes")]))
    }
    return open.page(head, in: Self.section, body)
  }

  func save(_ draft: NoteDraft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(DossiersAPI.addNote, open.path, draft, key: visit.key)
    return .see(open.address("notes"), saying: "La note est ajoutée.")
  }
}
