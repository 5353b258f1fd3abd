import API
import Domain
import Foundation

extension ListView.Column {
  /// Left out on a phone.
  var isSecondary: Bool {
    switch self {
    case .commune, .state, .entitlement: false
    case .duties, .lead, .since, .refreshed, .birthDate: true
    }
  }

  var isNumber: Bool { self == .since || self == .refreshed || self == .birthDate }

  func cell(_ dossier: DossierRow, today: CalendarDate) -> Cell {
    switch self {
    case .commune: return Cell(dossier.commune, detail: dossier.postalCode)
    case .state:
      return dossier.proposedExit
        ? Cell(dossier.state.badge, Badge("Sortie proposée", .waiting, icon: .logout)) : Cell(dossier.state.badge)
    case .entitlement:
      let right = dossier.entitlement
      return right.tone == .neutral ? Cell(right.shortLabel) : Cell(Badge(right.shortLabel, right.tone))
    case .duties: return Cell(dutiesWord(dossier.duties))
    case .lead: return Cell(dossier.leadName, detail: dossier.leadOrganisation)
    case .since: return Cell(dossier.leadSince.map(French.short))
    case .refreshed:
      let refreshed = dossier.refreshedOn.map(French.short)
      return isStale(dossier.refreshedOn, today: today)
        ? Cell(Badge(refreshed ?? "", .waiting, icon: .clock)) : Cell(refreshed)
    case .birthDate: return Cell(dossier.birthDate.map { French.shortBirth($0, dossier.birthPrecision) })
    }
  }
}

extension Visit {
  /// The columns that this person may choose: in a caseload of one's own the référent is always the same.
  var listColumns: [ListView.Column] {
    if person.isOperators { return [.birthDate] }
    return ListView.Column.allCases.filter { $0 != .lead || !person.hasCaseload }
  }
}
