import API
import Domain
import Postgres

/// The reports that everybody with the right has: those of the guide. Raw values stand in addresses.
enum ReportKind: String, CaseIterable, Sendable {
  case notRefreshed = "sorties-file-active"
  case activeFile = "file-active"
  case activeFileByReferent = "file-active-referent"
  case contractStates = "etats-contrats"
  case accepted = "cer-valides"
  case refused = "cer-non-valides"
  case withoutContract = "sans-cer"
  case renewals = "renouvellements"
  case withoutDuties = "nsdd"
  case formalNotices = "midem"
  case closed = "droit-clos"
  case moved = "mutations"

  private struct Terms {
    let label: String
    let summary: String
    var filters: [ReportEntry.Filter] = [.structure]
    var periodLabel: String?
    /// The guide's reports open on the last seven days.
    var periodDays: Int?
  }

  private static func dated(
    _ label: String, _ summary: String, _ day: String, more: [ReportEntry.Filter] = []
  ) -> Terms {
    Terms(
      label: label, summary: summary, filters: [.period] + more + [.structure], periodLabel: day, periodDays: 7)
  }

  private var terms: Terms {
    switch self {
    case .notRefreshed:
      Terms(
        label: "Sorties de file active – structure",
        summary:
          "Personnes que Genesis ne déverse plus et qui ont encore un référent"
      )
    case .activeFile:
      Self.dated(
        "File active – territoire", "Personnes entrées dans une file active, par territoire", "Référent depuis")
    case .activeFileByReferent:
      Self.dated("File active – référent", "Personnes entrées dans la file active, par référent de parcours", "Entrée")
    case .contractStates:
      Self.dated("CER – état", "Contrats par état, selon la date de signature", "Signature", more: [.state])
    case .accepted:
      Self.dated("CER – date de validation", "Contrats validés, selon la date de la décision", "Validation")
    case .refused:
      Self.dated("CER – date de non-validation", "Contrats non validés, selon la date de la décision", "Non-validation")
    case .withoutContract:
      Terms(
        label: "Dossiers sans CER",
        summary: "Personnes suivies pour lesquelles aucun CER n’est saisi, quel que soit son état")
    case .renewals:
      Terms(
        label: "CER à renouveler", summary: "Contrats échus (signe moins devant les jours) ou qui vont l’être",
        filters: [.days, .structure])
    case .withoutDuties:
      Terms(label: "NSDD", summary: "Personnes de la file active non soumises aux droits et devoirs")
    case .formalNotices:
      Terms(
        label: "MIDEM – motif et date", summary: "Mises en demeure demandées par les référents",
        filters: [.period, .structure], periodLabel: "Demande")
    case .closed:
      Terms(
        label: "Fins d’accompagnement à solliciter car droit clos",
        summary: "Personnes de la file active dont le droit est clos",
        filters: [])
    case .moved:
      Terms(label: "Mutations", summary: "Personnes de la file active mutées hors du département")
    }
  }

  /// The county's number of days, of a report that goes by one.
  var delay: CountyDelay? {
    switch self {
    case .renewals: .renewal
    case .notRefreshed: .alertRefresh
    default: nil
    }
  }

  /// - Parameter days: the number of days, of a report that goes by one.
  func dataset(days: Int, _ moment: Dataset.Moment) -> Dataset {
    let active: [SQL] = ["d.state <> 'left'"]
    switch self {
    case .notRefreshed: return .notRefreshed(for: days, moment)
    case .activeFile: return .activeFile
    case .activeFileByReferent: return .activeFileByReferent
    case .contractStates: return .contractsBySignature
    case .accepted: return .contractsByDecision(.accepted)
    case .refused: return .contractsByDecision(.refused)
    case .withoutContract: return .withoutContract
    case .renewals: return Dataset.renewals(within: days, moment).narrowed(active)
    case .withoutDuties: return Dataset.withoutDuties.narrowed(active)
    case .formalNotices: return Dataset.formalNotices.narrowed(active)
    case .closed: return Dataset.closedEntitlement.narrowed(active)
    case .moved: return Dataset.moved.narrowed(active)
    }
  }

  var label: String { terms.label }
  var filters: [ReportEntry.Filter] { terms.filters }

  func entry(of dataset: Dataset) -> ReportEntry {
    let terms = terms
    return ReportEntry(
      code: rawValue, label: terms.label, summary: terms.summary, subject: dataset.subject,
      columns: dataset.columns.map(\.shown), filters: terms.filters, periodLabel: terms.periodLabel,
      periodDays: terms.periodDays, order: dataset.order)
  }
}
