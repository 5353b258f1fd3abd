import API
import Domain
import Foundation

extension DatasetRow {
  /// Where the row is acted on: the page of what it stands for.
  func address(of subject: DatasetSubject) -> String {
    let person = "/dossiers/\(dossier)"
    let own = ID<DatasetRow>(target)
    switch subject {
    case .dossier: return person
    case .contract: return contractAddress(ID(target))
    case .appointment: return "\(person)/entretiens/\(own)#realisation"
    case .step: return "\(person)/parcours/\(own)"
    case .participation:
      // The key of a form that is due is its participation, then which of the two forms.
      let form = FSEForm(rawValue: String(key.dropFirst(36))) ?? .entry
      return questionnaireAddress(ID(target), form)
    case .standby: return "\(person)/veille"
    case .note: return "\(person)/notes"
    case .characteristic: return "\(person)/caracteristiques"
    case .message: return "\(person)/entretiens"
    case .proposedExit: return "\(person)/sortie-proposee"
    }
  }
}

extension DatasetCell {
  /// As one reads it: « −16 », « 12/03/2026 ».
  var shown: String? { text ?? number.map(French.number) ?? date.map(French.short) }

  /// The same under its column: the number of a dossier names it and is not grouped.
  func shown(under column: DatasetColumn) -> String? {
    column.isName ? number.map { String($0) } : shown
  }
}

extension DatasetColumn {
  fileprivate var isName: Bool { code == "numero" }
  var isQuantity: Bool { kind == .integer && !isName }
}

extension DatasetRow {
  func cells(under columns: [DatasetColumn]) -> [Cell] {
    zip(cells, columns).map { Cell($0.shown(under: $1)) }
  }
}

/// How a list is sorted.
struct DatasetOrder: Sendable {
  let column: String
  let isDescending: Bool
}

/// The rows of a dataset under its columns: who, what, when. Each column sorts.
///
/// - Parameter sorted: the address of the same list in another order.
func datasetTable(
  _ rows: [DatasetRow], columns: [DatasetColumn], subject: DatasetSubject, caption: String, order: DatasetOrder,
  sorted: (DatasetOrder) -> String, count: String? = nil, empty: EmptyState, pager: Pager? = nil
) -> Table {
  let heads = columns.map { column in
    let isCurrent = column.code == order.column
    let turned = DatasetOrder(column: column.code, isDescending: isCurrent && !order.isDescending)
    return Column(
      column.label, sort: sorted(turned), order: isCurrent ? (order.isDescending ? .descending : .ascending) : nil,
      isNumber: column.isQuantity, isSecondary: column.isSecondary)
  }
  let lines = rows.map { row in
    Row(
      id: row.key, address: row.address(of: subject), name: row.cells.first?.shown ?? "ce dossier",
      row.cells(under: columns))
  }
  return Table(id: "liste", caption: caption, columns: heads, rows: lines, count: count, empty: empty, pager: pager)
}

/// An address with its query, of names and values in their order; one without a value is kept empty.
func queried(_ path: String, _ pairs: [(name: String, value: String)]) -> String {
  let parts = pairs.map { name, value in
    "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")"
  }
  return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
}
