import API
import Domain
import Postgres

/// What is counted of a person's work. Raw values stand in addresses.
enum Activity: String, CaseIterable, Sendable {
  case held = "entretiens-tenus"
  case missed = "entretiens-manques"
  case submitted = "cer-soumis"
  case decided = "cer-decides"
  case delay = "delai-decision"
  case registrations = "inscriptions"
  case entries = "entrees"
  case exits = "sorties"

  var label: String {
    switch self {
    case .held: "Rendez-vous tenus"
    case .missed: "Rendez-vous manqués"
    case .submitted: "CER soumis"
    case .decided: "CER décidés"
    case .delay: "Délai moyen de décision"
    case .registrations: "Inscriptions sur une offre"
    case .entries: "Entrées en file active"
    case .exits: "Sorties de file active"
    }
  }

  var unit: String {
    switch self {
    case .held, .missed: "rendez-vous"
    case .submitted, .decided: "CER"
    case .delay: "jours"
    case .registrations: "inscriptions"
    case .entries, .exits: "dossiers"
    }
  }

  /// The number of a period.
  var value: SQL {
    self == .delay
      ? "coalesce(round(avg(c.decided_on - caller.day(c.submitted_at))), 0)" : "count(*)"
  }

  /// Whose work a row is.
  var person: SQL {
    switch self {
    case .held, .missed: "p.agent"
    case .submitted, .decided, .delay: "c.author"
    case .registrations: "s.registered_by"
    case .entries, .exits: "r.account"
    }
  }

  private var whole: Dataset {
    switch self {
    case .held: Dataset.appointments(["held"])
    case .missed: Dataset.appointments(["absent", "excused"])
    case .submitted: Dataset.contractsSubmitted
    case .decided: Dataset.contractsDecided
    case .delay: Dataset.contractsDecided.narrowed(["c.submitted_at is not null"])
    case .registrations: Dataset.registrations
    case .entries: Dataset.leadPeriods(by: "r.from_date")
    case .exits: Dataset.leadPeriods(by: "r.until_date")
    }
  }

  /// - Parameter account: whose work it is; nil for everybody's.
  func dataset(of account: ID<Account>?) -> Dataset {
    guard let account else { return whole }
    return whole.narrowed(["\(person) = \(account)::uuid"])
  }
}

/// What activity is counted from: each has the day on which it was done.
extension Dataset {
  static func appointments(_ outcomes: [String]) -> Dataset {
    Dataset(
      .appointment,
      Column.led([
        Column("jour", "Rendez-vous du", .date, "caller.day(p.starts_at)"),
        Column("type", "Type", "p.kind_label", isSecondary: true), Column("agent", "Agent", "p.agent_name"),
      ]), from: "scheduling.v1_appointment p join dossiers.v1_dossier d on d.id = p.dossier",
      where: ["p.outcome = any(\(outcomes))"], key: "p.id", target: "p.id",
      day: "caller.day(p.starts_at)", order: "jour")
  }

  static let registrations = Dataset(
    .step,
    Column.list([
      Column("offre", "Offre", "s.offer_name"),
      Column("inscrit", "Inscrit le", .date, "caller.day(s.registered_at)"),
    ]), from: "fse.v1_step s join dossiers.v1_dossier d on d.id = s.dossier", where: [], key: "s.id", target: "s.id",
    day: "caller.day(s.registered_at)", order: "inscrit")

  /// The periods of lead référents, by the day on which they began or ended.
  static func leadPeriods(by day: SQL) -> Dataset {
    Dataset(
      .dossier,
      Column.led([
        Column("jour", "Le", .date, day), .state,
        Column("referent", "Référent de parcours", "a.name", isSecondary: true),
      ]), from: "dossiers.v1_referent r join dossiers.v1_dossier d on d.id = r.dossier",
      names: "left join identity.v1_account a on a.id = r.account", where: ["r.kind = 'lead'"], key: "r.id",
      target: "d.id", day: day, order: "jour")
  }
}
