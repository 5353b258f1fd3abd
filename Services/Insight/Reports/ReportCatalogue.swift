import API
import Domain
import Postgres

/// The reports that everybody with the right has. Raw values stand in addresses.
enum ReportKind: String, CaseIterable, Sendable {
  case contractStates = "etats-contrats"
  case activeFile = "file-active"
  case withoutContract = "sans-cer"
  case renewals = "renouvellements"
  case withoutDuties = "nsdd"
  case closed = "droit-clos"

  var entry: ReportEntry {
    switch self {
    case .contractStates:
      entry("États des CER", "Contrats par état, selon leur début", [.from, .until, .state], "Début")
    case .activeFile: entry("File active", "Entrées en file active", [.from, .until], "Entrée")
    case .withoutContract:
      entry("Dossiers sans CER", "Personnes suivies pour lesquelles aucun CER n’est saisi", [.from, .until], "Entrée")
    case .renewals: entry("CER à renouveler", "Contrats échus ou qui vont l’être", [.days], "Fin du contrat")
    case .withoutDuties:
      entry("NSDD", "Personnes suivies non soumises aux droits et devoirs", [.from, .until], "Depuis")
    case .closed: entry("Droits clos", "Personnes suivies dont le droit est clos", [.from, .until], "Clôture")
    }
  }

  private func entry(
    _ label: String, _ summary: String, _ filters: [ReportEntry.Filter], _ date: String
  ) -> ReportEntry {
    ReportEntry(code: rawValue, label: label, summary: summary, filters: filters, dateLabel: date)
  }

  func rows(_ query: ReportQuery, _ moment: Listing.Moment) -> SQL {
    switch self {
    case .contractStates: Listing.contracts(in: query.state.map { [$0] })
    case .activeFile: Listing.activeFile
    case .withoutContract: Listing.withoutContract
    case .renewals: Listing.renewals(within: query.days, moment)
    case .withoutDuties: Listing.withoutDuties
    case .closed: Listing.closedEntitlement
    }
  }

  /// What it is narrowed to, in words, for the name of its file and its sheet.
  func narrowing(_ query: ReportQuery) -> [String] {
    let filters = Set(entry.filters)
    var words: [String] = []
    if filters.contains(.from), let from = query.from { words.append("du \(from)") }
    if filters.contains(.until), let until = query.until { words.append("au \(until)") }
    if filters.contains(.state), let state = query.state { words.append(state.rawValue) }
    if filters.contains(.days), let days = query.days { words.append("à \(days) jours") }
    return words
  }
}
