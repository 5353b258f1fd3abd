import API
import Documents
import Foundation

/// The difference of a run as a spreadsheet reads it: a line a changed field.
enum DifferenceSheet {
  static let sheet = Sheet(
    name: "Différences",
    columns: [
      .init("Ligne", .integer), .init("Identifiant Genesis"), .init("Nom"), .init("Effet"), .init("Champ"),
      .init("Avant"), .init("Après"), .init("Motif"),
    ])

  static func lines(of row: FeedRow) -> [[Sheet.Cell]] {
    func line(_ field: String = "", _ before: String = "", _ after: String = "", because: String = "") -> [Sheet.Cell] {
      [.integer(row.position)]
        + [row.genesisId ?? "", row.name ?? "", row.outcome.word, field, before, after, because].map(Sheet.Cell.text)
    }
    if row.outcome == .quarantined {
      guard case .array(let problems) = row.problems else { return [line()] }
      return problems.map { line($0["field"]?.text ?? "", because: $0["message"]?.text ?? "") }
    }
    guard case .object(let changes) = row.changes, !changes.isEmpty else { return [line()] }
    return changes.sorted { $0.key < $1.key }.compactMap { name, change in
      guard case .array(let pair) = change, pair.count == 2 else { return nil }
      let (before, after) = (pair[0].text ?? "", pair[1].text ?? "")
      return line(FeedWords.field(name), FeedWords.value(before, of: name), FeedWords.value(after, of: name))
    }
  }
}

extension FeedRow.Outcome {
  /// What happened to one person.
  fileprivate var word: String {
    switch self {
    case .created: "Créé"
    case .updated: "Mis à jour"
    case .quarantined: "Mis de côté"
    case .exit: "Sortie proposée"
    }
  }
}
