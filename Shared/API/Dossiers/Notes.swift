import Domain
import Foundation

/// Everything that dossiers serves; each feature adds its own.
public enum DossiersAPI {}

/// A note that someone who reaches a dossier left on it (rule C14).
public struct Note: Payload, Versioned {
  public enum Audience: String, Payload, CaseIterable { case `public`, `private`, assigned }
  public var id: ID<Note>
  public var dossier: ID<Dossier>
  public var author: ID<Account>
  public var authorName: String
  public var text: String
  public var audience: Audience
  public var assignee: ID<Account>?
  public var writtenAt: Date
  public var closedAt: Date?
  public var version: Int

  public init(
    id: ID<Note>, dossier: ID<Dossier>, author: ID<Account>, authorName: String, text: String, audience: Audience,
    assignee: ID<Account>?, writtenAt: Date, closedAt: Date?, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.author = author
    self.authorName = authorName
    self.text = text
    self.audience = audience
    self.assignee = assignee
    self.writtenAt = writtenAt
    self.closedAt = closedAt
    self.version = version
  }
}

public struct NoteDraft: Payload, Constrained {
  public var text: String
  public var audience: Note.Audience
  /// Whom the note is for, when it is assigned.
  public var assignee: ID<Account>?
  public static let constraints: [String: Constraint] = ["text": .text(1...4000)]

  public init(text: String, audience: Note.Audience, assignee: ID<Account>? = nil) {
    self.text = text
    self.audience = audience
    self.assignee = assignee
  }
}

extension DossiersAPI {
  public static let listNotes = Endpoint<NoInput, Page<Note>>(
    .dossiers, "listNotes", .get, "dossiers/{dossier}/notes",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the notes of a dossier, newest first.")
  public static let addNote = Endpoint<NoteDraft, Note>(
    .dossiers, "addNote", .post, "dossiers/{dossier}/notes",
    allow: .having(.writeNotes, reaching: .dossier), summary: "Add a note to a dossier.", success: 201)
  public static let closeNote = Endpoint<NoInput, Note>(
    .dossiers, "closeNote", .post, "dossiers/{dossier}/notes/{note}/closure",
    allow: .having(.writeNotes, reaching: .dossier),
    summary: "Close a note, so that it leaves everybody's home page.", versioned: true)
}
