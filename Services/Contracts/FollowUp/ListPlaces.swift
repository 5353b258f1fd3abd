import API
import Domain
import Foundation

/// The order of the lists of contracts: the most urgent first, then the one that has waited longest.
struct QueuePlace: Codable, Sendable {
  var urgency: Int
  var since: Date
  var id: ID<Contract>
}

/// The order of the people without a contract: the one who entered first.
struct MissingPlace: Codable, Sendable {
  var enteredOn: CalendarDate
  var dossier: ID<Dossier>
}

/// The order of the renewals: the one most overdue first.
struct RenewalPlace: Codable, Sendable {
  var endsOn: CalendarDate
  var id: ID<Contract>
}
