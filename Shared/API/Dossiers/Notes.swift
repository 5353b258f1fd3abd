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

/// An open note of one's home page, with whom it is about.
public struct OwnNote: Payload {
  public var id: ID<Note>
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var authorName: String
  public var text: String
  public var audience: Note.Audience
  public var writtenAt: Date

  public init(
    id: ID<Note>, dossier: ID<Dossier>, familyName: String, givenName: String, authorName: String, text: String,
    audience: Note.Audience, writtenAt: Date
  ) {
    self.id = id
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.authorName = authorName
    self.text = text
    self.audience = audience
    self.writtenAt = writtenAt
  }
}

public struct OwnNoteQuery: PageQuery, Constrained {
  /// Those assigned to the caller; left out, those that the caller wrote.
  public var assigned: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(assigned: Bool? = nil, limit: Int? = nil, after: String? = nil) {
    self.assigned = assigned
    self.limit = limit
    self.after = after
  }
}

extension DossiersAPI {
  public static let listOwnNotes = Endpoint<OwnNoteQuery, Page<OwnNote>>(
    .dossiers, "listOwnNotes", .get, "notes", allow: .having(.readDossiers),
    summary: "List the open notes that the caller wrote, or those assigned to the caller, newest first.")
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
