import API
import Foundation

/// The difference of a run as a spreadsheet reads it: a line a changed field.
struct DifferenceSheet {
  private(set) var bytes = Data([0xEF, 0xBB, 0xBF])

  init() { add(["Ligne", "Identifiant Genesis", "Nom", "Effet", "Champ", "Avant", "Après", "Motif"]) }

  mutating func add(_ row: FeedRow) {
    let who = [String(row.position), row.genesisId ?? "", row.name ?? "", row.outcome.word]
    guard row.outcome != .quarantined else {
      guard case .array(let problems) = row.problems else { return add(who + ["", "", "", ""]) }
      for problem in problems {
        let field = problem["field"]?.text ?? ""
        add(who + [field, "", "", problem["message"]?.text ?? ""])
      }
      return
    }
    guard case .object(let changes) = row.changes, !changes.isEmpty else { return add(who + ["", "", "", ""]) }
    for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
      guard case .array(let pair) = change, pair.count == 2 else { continue }
      let (before, after) = (pair[0].text ?? "", pair[1].text ?? "")
      add(
        who + [
          FeedWords.field(name), FeedWords.value(before, of: name), FeedWords.value(after, of: name), "",
        ])
    }
  }

  private mutating func add(_ cells: [String]) {
    bytes += Data((cells.map(Self.cell).joined(separator: ";") + "\r\n").utf8)
  }

  /// Quoted where it must be; what a spreadsheet would take for a formula is shown as the text that it is.
  static func cell(_ text: String) -> String {
    let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
    guard safe.contains(where: { ";\"\r\n".contains($0) || $0.isNewline }) else { return safe }
    return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
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
