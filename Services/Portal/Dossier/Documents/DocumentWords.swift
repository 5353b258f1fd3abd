import API
import Domain
import Foundation
import Service

enum DocumentWords {
  static let rule =
    "Un nom ne contient que des lettres sans accent, des chiffres, « _ » et « - ». DATE devient le jour du dépôt."

  /// The county's table: what goes where, under which name.
  static func table(_ visit: Visit, editing: Bool = false) async throws -> Table {
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    async let asking = visit.services.call(DossiersAPI.listDocumentTypes)
    let (lists, types) = try await (listing, asking)
    let folders = lists[.documentFolder].labels
    let rows = types.filter { editing || $0.open }.map { type in
      Row(
        id: type.code, address: editing ? "\(documentTypesAddress)/\(type.code)" : nil, name: type.label,
        [
          Cell(type.label), Cell(type.folder.map { folders[$0] ?? $0 } ?? "Au choix"),
          Cell(type.name.isEmpty ? "Celui du fichier" : type.name),
          type.isRequired ? Cell(Badge("Requis", .info, icon: .flag)) : Cell("—"),
        ])
    }
    return Table(
      id: "nomenclature", caption: "Nomenclature des documents",
      columns: [Column("Type de document"), Column("Dossier de classement"), Column("Nom"), Column("Requis")],
      rows: rows,
      empty: EmptyState("Aucun type", "Ajoutez-en dans Administration, Listes, Types de document.", icon: .list))
  }

  static func size(_ bytes: Int) -> String {
    bytes < 1_048_576 ? "\(max(1, bytes / 1024)) Ko" : "\(bytes / 1_048_576) Mo"
  }
}

extension DossierDocument {
  /// « PDF · 182 Ko · déposé le 12 mars 2026 par P. Durand ».
  var detail: String { "\(file) · \(deposit)" }

  /// « PDF · 182 Ko ».
  var file: String { "\(kind.label) · \(DocumentWords.size(bytes))" }

  /// « déposé le 12 mars 2026 par P. Durand ».
  var deposit: String { "déposé le \(French.long(CalendarDate(depositedAt))) par \(authorName)" }

  /// How the browser shows it.
  var shown: FilePreview.Kind {
    switch kind {
    case .pdf: .pages
    case .jpeg, .png: .image
    case .docx, .doc: .none
    }
  }
}
