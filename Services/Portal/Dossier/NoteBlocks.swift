import API
import Domain
import Foundation
import Service

/// The guide's widget « Notes en cours »: the open notes that the person wrote.
let openNotesBlock = HomeBlock("Notes en cours", rights: [.writeNotes], place: .right, isOptional: true) { visit in
  try await notesContent("Notes en cours", OwnNoteQuery(limit: 7), visit) { _ in "Écrite" }
}

/// The widget « Notes attribuées »: what others ask of the person, until it is closed.
let assignedNotesBlock = HomeBlock("Notes attribuées", rights: [.readDossiers], place: .right, isOptional: true) {
  visit in
  try await notesContent("Notes attribuées", OwnNoteQuery(assigned: true, limit: 7), visit) { "Par \($0.authorName)," }
}

/// Six of them, each one click from the note itself, where it is closed; nothing where there is none.
private func notesContent(
  _ title: String, _ query: OwnNoteQuery, _ visit: Visit, from: (OwnNote) -> String
) async throws -> HomeContent {
  let notes = try await visit.services.call(DossiersAPI.listOwnNotes, [:], query).items
  guard !notes.isEmpty else { return HomeContent() }
  let items = notes.prefix(6).map { note in
    Item(
      French.name(note.familyName, note.givenName), address: "/dossiers/\(note.dossier)/notes",
      text: String(note.text.prefix(200)), meta: "\(from(note)) le \(French.long(CalendarDate(note.writtenAt)))",
      icon: .note)
  }
  let list = ItemList(title, items, empty: EmptyState("Aucune note", "Rien en cours.", icon: .check))
  let all = visit.may(.writeNotes) ? [Action("Toutes", "/infocentre/alertes/notes", weight: .plain)] : []
  return HomeContent(panel: Panel(title, count: notes.count > 6 ? nil : notes.count, actions: all, [list]))
}
