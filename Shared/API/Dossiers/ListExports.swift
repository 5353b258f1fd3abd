import Domain
import Foundation

/// A list of dossiers to be written as a file: as it is narrowed, sorted and shown (rule C24).
public struct ListExportOrder: Payload, Constrained {
  public enum Format: String, Payload, CaseIterable { case xlsx, csv }
  public var search: DossierSearch
  /// Beside the name and the number, in this order.
  public var columns: [ListView.Column]
  public var format: Format
  public static let constraints: [String: Constraint] = ["columns": .items(20)]

  public init(search: DossierSearch, columns: [ListView.Column], format: Format) {
    self.search = search
    self.columns = columns
    self.format = format
  }
}

/// A list that was asked for as a file.
public struct ListExport: Payload, Equatable {
  public enum State: String, Payload, CaseIterable { case writing, ready, refused }
  public var id: ID<ListExport>
  public var state: State
  public var askedAt: Date
  /// Of the file, once it is ready.
  public var name: String?
  public var rows: Int?
  /// Why it was refused.
  public var reason: String?

  public init(
    id: ID<ListExport>, state: State, askedAt: Date, name: String? = nil, rows: Int? = nil, reason: String? = nil
  ) {
    self.id = id
    self.state = state
    self.askedAt = askedAt
    self.name = name
    self.rows = rows
    self.reason = reason
  }
}

extension DossiersAPI {
  public static let exportDossiers = Endpoint<ListExportOrder, ListExport>(
    .dossiers, "exportDossiers", .post, "list-exports", allow: .having(.reports),
    summary: "Have a list of dossiers written as a file.", success: 202, audit: .some(.export))
  public static let showListExport = Endpoint<NoInput, ListExport>(
    .dossiers, "showListExport", .get, "list-exports/{listExport}", allow: .having(.reports),
    summary: "Show how far the file of a list is; one's own alone.")
  public static let downloadListExport = Endpoint<NoInput, FileOutput>(
    .dossiers, "downloadListExport", .get, "list-exports/{listExport}/file", allow: .having(.reports),
    summary: "Give the file of a list; one's own alone.", audit: .some(.download))
}
