import API
import Domain
import Postgres
import Service

/// What may wait for somebody. Raw values stand in addresses.
enum Alert: String, CaseIterable, Sendable {
  case exits = "sorties"
  case contracts = "contrats"
  case renewals = "renouvellements"
  case forms = "formulaires"
  case appointments = "entretiens"
  case withoutContract = "sans-cer"
  case withoutDuties = "nsdd"
  case closed = "droit-clos"

  /// Counting goes no further: past it the number says nothing more to anybody.
  static let mostCounted = 1001

  var label: String {
    switch self {
    case .exits: "sorties à décider"
    case .contracts: "CER en attente"
    case .renewals: "CER à renouveler"
    case .forms: "formulaires FSE à saisir"
    case .appointments: "entretiens à saisir"
    case .withoutContract: "dossiers sans CER"
    case .withoutDuties: "NSDD en file active"
    case .closed: "droits clos en file active"
    }
  }

  /// The portal's page where it is acted on.
  var link: String { self == .exits ? "/sorties" : "/infocentre/alertes/\(rawValue)" }

  /// One of these rights shows it: an alert is something that its reader can act on.
  var rights: [Right] {
    switch self {
    case .exits: [.exitDossier, .cancelExit]
    case .contracts: [.moveContracts, .decideContracts]
    case .renewals: [.draftContracts, .moveContracts]
    case .forms: [.fseForms]
    case .appointments: [.bookAppointments]
    case .withoutContract: [.draftContracts, .moveContracts]
    case .withoutDuties, .closed: [.exitDossier, .cancelExit]
    }
  }

  var tone: InsightAlert.Tone {
    switch self {
    case .renewals, .forms, .appointments: .late
    case .exits, .contracts, .withoutContract, .withoutDuties, .closed: .waiting
    }
  }

  static func open(to caller: Caller) -> [Alert] { allCases.filter { $0.rights.contains(where: caller.may) } }

  /// The secretariat moves what was submitted; who decides is shown what awaits a decision.
  static func states(for caller: Caller) -> [ContractState] {
    (caller.may(.moveContracts) ? [.submitted] : []) + (caller.may(.decideContracts) ? [.awaiting] : [])
  }

  func rows(for caller: Caller, _ moment: Listing.Moment) -> SQL {
    switch self {
    case .exits: Listing.proposedExits
    case .contracts: Listing.contracts(in: Self.states(for: caller))
    case .renewals: Listing.renewals(within: nil, moment)
    case .forms: Listing.formsDue
    case .appointments: Listing.unsettledAppointments(moment)
    case .withoutContract: Listing.withoutContract
    case .withoutDuties: Listing.withoutDuties
    case .closed: Listing.closedEntitlement
    }
  }
}
