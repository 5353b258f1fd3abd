import Domain
import Foundation

/// A document that bears the words of a search, and whose it is.
public struct FoundDocument: Payload {
  public var id: ID<DossierDocument>
  public var dossier: ID<Dossier>
  public var name: String
  /// « MARTIN Léa »
  public var person: String
  public var depositedAt: Date

  public init(id: ID<DossierDocument>, dossier: ID<Dossier>, name: String, person: String, depositedAt: Date) {
    self.id = id
    self.dossier = dossier
    self.name = name
    self.person = person
    self.depositedAt = depositedAt
  }
}

public struct DocumentSearch: Payload, Constrained {
  /// Words of the name, of which one has three letters at least.
  public var q: String?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["q": .text(0...100), "limit": .range(1...50)]

  public init(q: String? = nil, limit: Int? = nil) {
    self.q = q
    self.limit = limit
  }
}

extension DossiersAPI {
  public static let findDocuments = Endpoint<DocumentSearch, Page<FoundDocument>>(
    .dossiers, "findDocuments", .get, "documents", allow: .having(.readDossiers),
    summary: "Find documents by the words of their names, newest first, among the dossiers that exist for the caller.",
    audit: .some(.read))
}
