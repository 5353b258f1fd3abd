import Domain
import Foundation

/// A document filed in a dossier (rule D1): its content is kept under its digest, its name follows the county's rule.
public struct DossierDocument: Payload, Versioned, Equatable {
  /// What the content is, whatever the file was called.
  public enum Kind: String, Payload, CaseIterable {
    case pdf, docx, doc, jpeg, png

    public var contentType: String {
      switch self {
      case .pdf: "application/pdf"
      case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
      case .doc: "application/msword"
      case .jpeg: "image/jpeg"
      case .png: "image/png"
      }
    }

    /// How a file of it ends.
    public var ending: String { self == .jpeg ? "jpg" : rawValue }

    public var label: String {
      switch self {
      case .pdf: "PDF"
      case .docx, .doc: "Word"
      case .jpeg: "JPEG"
      case .png: "PNG"
      }
    }
  }

  /// The most bytes of a document.
  public static let mostBytes = 25 << 20
  /// The type whose newest document opens from the summary.
  public static let curriculum = "cv"

  public var id: ID<DossierDocument>
  public var dossier: ID<Dossier>
  public var folder: String
  public var folderLabel: String
  public var type: String
  public var typeLabel: String
  /// Without an ending.
  public var name: String
  public var kind: Kind
  public var bytes: Int
  public var sentOn: CalendarDate?
  public var comment: String?
  public var depositedAt: Date
  public var authorName: String
  public var version: Int

  public init(
    id: ID<DossierDocument>, dossier: ID<Dossier>, folder: String, folderLabel: String, type: String,
    typeLabel: String, name: String, kind: Kind, bytes: Int, sentOn: CalendarDate? = nil, comment: String? = nil,
    depositedAt: Date, authorName: String, version: Int = 1
  ) {
    self.id = id
    self.dossier = dossier
    self.folder = folder
    self.folderLabel = folderLabel
    self.type = type
    self.typeLabel = typeLabel
    self.name = name
    self.kind = kind
    self.bytes = bytes
    self.sentOn = sentOn
    self.comment = comment
    self.depositedAt = depositedAt
    self.authorName = authorName
    self.version = version
  }

  public var fileName: String { "\(name).\(kind.ending)" }
}

/// What a deposit says of its file.
public struct DocumentDeposit: Payload, Constrained {
  public var folder: String
  public var type: String
  /// The type's usual name when absent, else the file's own, mended.
  public var name: String?
  /// As it was called where it comes from.
  public var fileName: String?
  public var sentOn: CalendarDate?
  public var comment: String?
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "type": .pattern("[a-z0-9_]+", 1...40),
    "name": .text(1...DocumentName.longest), "fileName": .text(1...255), "comment": .text(0...400),
  ]

  public init(
    folder: String, type: String, name: String? = nil, fileName: String? = nil, sentOn: CalendarDate? = nil,
    comment: String? = nil
  ) {
    self.folder = folder
    self.type = type
    self.name = name
    self.fileName = fileName
    self.sentOn = sentOn
    self.comment = comment
  }
}

/// What of a filed document may be corrected; its content never.
public struct DocumentChange: Payload, Constrained, Equatable {
  public var folder: String
  public var type: String
  public var name: String
  public var sentOn: CalendarDate?
  public var comment: String?
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "type": .pattern("[a-z0-9_]+", 1...40),
    "name": .text(1...DocumentName.longest), "comment": .text(0...400),
  ]

  public init(folder: String, type: String, name: String, sentOn: CalendarDate? = nil, comment: String? = nil) {
    self.folder = folder
    self.type = type
    self.name = name
    self.sentOn = sentOn
    self.comment = comment
  }
}

public struct DocumentQuery: PageQuery, Constrained {
  public var folder: String?
  public var type: String?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "type": .pattern("[a-z0-9_]+", 1...40), "limit": .range(1...200),
    "after": .cursor,
  ]

  public init(folder: String? = nil, type: String? = nil, limit: Int? = nil, after: String? = nil) {
    self.folder = folder
    self.type = type
    self.limit = limit
    self.after = after
  }
}

/// A folder that was opened in a dossier, with what the county requires in it and is not there yet.
public struct DocumentFolder: Payload, Equatable {
  public var code: String
  public var label: String
  public var openedAt: Date
  public var accountName: String
  public var documents: Int
  /// The labels of the required types without a document.
  public var missing: [String]

  public init(
    code: String, label: String, openedAt: Date, accountName: String, documents: Int, missing: [String]
  ) {
    self.code = code
    self.label = label
    self.openedAt = openedAt
    self.accountName = accountName
    self.documents = documents
    self.missing = missing
  }
}

/// What the summary of a dossier says of its documents.
public struct DocumentSummary: Payload, Equatable {
  /// The newest CV.
  public var curriculum: DossierDocument?
  public var newest: [DossierDocument]
  public var folders: [DocumentFolder]

  public init(curriculum: DossierDocument?, newest: [DossierDocument], folders: [DocumentFolder]) {
    self.curriculum = curriculum
    self.newest = newest
    self.folders = folders
  }
}

public struct DocumentFolderDraft: Payload, Constrained {
  public var folder: String
  public static let constraints: [String: Constraint] = ["folder": .pattern("[a-z0-9_]+", 1...40)]

  public init(folder: String) { self.folder = folder }
}

extension DossiersAPI {
  public static let listDocuments = Endpoint<DocumentQuery, Page<DossierDocument>>(
    .dossiers, "listDocuments", .get, "dossiers/{dossier}/documents",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the documents of a dossier, newest first.")
  /// The body is the file: PDF, Word, JPEG or PNG by its content.
  public static let depositDocument = Endpoint<Upload<DocumentDeposit>, DossierDocument>(
    .dossiers, "depositDocument", .post, "dossiers/{dossier}/documents",
    allow: .having(.depositDocuments, reaching: .dossier), summary: "File a document in a dossier.", success: 201,
    limit: DossierDocument.mostBytes)
  public static let showDocument = Endpoint<NoInput, DossierDocument>(
    .dossiers, "showDocument", .get, "dossiers/{dossier}/documents/{document}",
    allow: .having(.readDossiers, reaching: .dossier), summary: "Show what is said of a document.")
  public static let downloadDocument = Endpoint<NoInput, FileOutput>(
    .dossiers, "downloadDocument", .get, "dossiers/{dossier}/documents/{document}/content",
    allow: .having(.readDossiers, reaching: .dossier), summary: "Download a document.")
  public static let changeDocument = Endpoint<DocumentChange, DossierDocument>(
    .dossiers, "changeDocument", .put, "dossiers/{dossier}/documents/{document}",
    allow: .having(.depositDocuments, reaching: .dossier),
    summary: "Correct the folder, type, name or date of sending of a document.", versioned: true)
  public static let removeDocument = Endpoint<NoInput, NoOutput>(
    .dossiers, "removeDocument", .delete, "dossiers/{dossier}/documents/{document}",
    allow: .having(.deleteDocuments, reaching: .dossier),
    summary: "Delete a document. Who deleted what stays; its content is erased.", versioned: true)
  public static let listDocumentFolders = Endpoint<NoInput, [DocumentFolder]>(
    .dossiers, "listDocumentFolders", .get, "dossiers/{dossier}/document-folders",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List the open folders of a dossier, with the required documents that are missing.")
  public static let openDocumentFolder = Endpoint<DocumentFolderDraft, [DocumentFolder]>(
    .dossiers, "openDocumentFolder", .post, "dossiers/{dossier}/document-folders",
    allow: .having(.depositDocuments, reaching: .dossier),
    summary: "Open a folder of the county's list in a dossier. Opening it twice changes nothing.")
  public static let summarizeDocuments = Endpoint<NoInput, DocumentSummary>(
    .dossiers, "summarizeDocuments", .get, "dossiers/{dossier}/document-summary",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "Show the newest documents of a dossier, the CV and what is missing.")
  public static let listDocumentTypes = Endpoint<NoInput, [DocumentType]>(
    .dossiers, "listDocumentTypes", .get, "document-types", allow: .having(.readDossiers, .administer),
    summary: "List the county's types of documents with their folders and names.")
  public static let changeDocumentType = Endpoint<DocumentTypeChange, DocumentType>(
    .dossiers, "changeDocumentType", .put, "document-types/{code}", allow: .having(.administer),
    summary: "Decide in which folder a type of document goes, how it is called and whether it is required.",
    versioned: true)
}
