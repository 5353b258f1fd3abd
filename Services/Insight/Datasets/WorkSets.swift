import API
import Domain
import Foundation
import Postgres
import Service

/// Contracts, appointments, steps and forms: what is done with people.
extension Dataset {
  private static let everyContract: SQL =
    "contracts.v1_contract c join dossiers.v1_dossier d on d.id = c.dossier"

  private static let contract: [Column] = [
    Column("contrat", "Contrat", "upper(c.kind) || ' n° ' || c.number", order: "c.number::text", isSecondary: true),
    Column("etat-cer", "État du CER", "c.state", words: Words.contractStates),
  ]
  private static let start = Column("debut", "Début", .date, "c.starts_on", isSecondary: true)
  private static let end = Column("fin", "Fin", .date, "c.ends_on")
  /// Of a contract that may not be decided yet: an end that is only intended is the deciders' alone (rule K11).
  private static let toldEnd = Column("fin", "Fin", .date, "c.told_end")
  private static let signed = Column("signature", "Signé le", .date, "c.signed_on")
  private static let decided = Column("decision", "Décision du", .date, "c.decided_on")
  /// Likewise the day that is only intended.
  private static let toldDecided = Column(
    "decision", "Décision du", .date, "case when c.state in ('valide', 'non_valide') then c.decided_on end")

  private static func contractRows(
    _ columns: [Column], where conditions: [SQL], day: SQL, order: String
  ) -> Dataset {
    Dataset(
      .contract, Column.list(contract + columns), from: everyContract, where: conditions, key: "c.id",
      target: "c.id", day: day, order: order)
  }

  /// All contracts, by the day on which the person signed.
  static let contractsBySignature = contractRows(
    [signed, start, toldEnd, toldDecided], where: [], day: "c.signed_on", order: "signature")

  /// The contracts that the Département decided so, by the day of the decision.
  static func contractsByDecision(_ state: ContractState) -> Dataset {
    contractRows([decided, signed, start, end], where: ["c.state = \(state)"], day: "c.decided_on", order: "decision")
  }

  /// The contracts in these states, those that wait the longest first.
  static func contracts(in states: [ContractState]) -> Dataset {
    contractRows(
      [submitted, start, toldEnd], where: ["c.state = any(\(states))"],
      day: "caller.day(c.submitted_at)", order: "soumis")
  }

  private static let submitted = Column(
    "soumis", "Soumis le", .date, "caller.day(c.submitted_at)")

  /// The contracts that were submitted, by the day of the submission.
  static let contractsSubmitted = contractRows(
    [submitted, start, toldEnd], where: ["c.submitted_at is not null"],
    day: "caller.day(c.submitted_at)", order: "soumis")

  /// The contracts that were decided either way.
  static let contractsDecided = contractRows(
    [decided, submitted], where: ["c.state = any(\([ContractState.accepted, .refused]))"], day: "c.decided_on",
    order: "decision")

  /// The contracts that wait for longer than the county wants.
  static func contractsWaiting(for days: Int, _ moment: Moment) -> Dataset {
    contractRows(
      [submitted, start, toldEnd],
      where: [
        "c.state = any(\([ContractState.submitted, .studied, .awaiting]))",
        "caller.day(c.submitted_at) < \(moment.today)::date - \(days)::int",
      ], day: "caller.day(c.submitted_at)", order: "soumis")
  }

  /// The valid contracts that end within so many days or have ended, unless marked as the last or followed by a valid one
  /// (rule K7).
  static func renewals(within days: Int, _ moment: Moment) -> Dataset {
    contractRows(
      [end, Column("jours", "Jours", .integer, "c.ends_on - \(moment.today)::date", unit: "jours"), start],
      where: [
        "c.state = 'valide'", "not c.last_contract", "c.ends_on is not null",
        "c.ends_on <= \(moment.today)::date + \(days)::int",
        """
        not exists (select from contracts.v1_contract n where n.dossier = c.dossier and n.state = 'valide'
          and (n.starts_on, n.id) > (c.starts_on, c.id))
        """,
      ], day: "c.ends_on", order: "fin")
  }

  /// The contracts that were presented for a signature by SMS and are not signed.
  static let pendingSignatures = Dataset(
    .contract,
    Column.list(
      contract + [
        Column("presente", "Présenté le", .date, "caller.day(g.started_at)"),
        Column("par", "Par", "g.started_by_name", isSecondary: true),
      ]),
    from: """
      contracts.v1_signature g join contracts.v1_contract c on c.id = g.contract
      join dossiers.v1_dossier d on d.id = c.dossier
      """,
    where: ["g.status = any(\(["shown", "sent"]))"], key: "g.id", target: "c.id",
    day: "caller.day(g.started_at)", order: "presente")

  /// The appointments that are over and whose outcome is not known, or that were held and are not summed up.
  static func unsettledAppointments(_ moment: Moment, summaries: Bool) -> Dataset {
    let open: SQL = summaries ? "p.outcome = 'held' and not p.summarised" : "p.outcome = 'planned'"
    return Dataset(
      .appointment,
      Column.list([
        Column("jour", "Rendez-vous du", .date, "caller.day(p.starts_at)"),
        Column("type", "Type", "p.kind_label", isSecondary: true), Column("agent", "Agent", "p.agent_name"),
      ]), from: "scheduling.v1_appointment p join dossiers.v1_dossier d on d.id = p.dossier",
      where: [open, "p.ends_at < \(moment.now)::timestamptz"], key: "p.id", target: "p.id",
      day: "caller.day(p.starts_at)", order: "jour")
  }

  private static let offer = Column("offre", "Offre", "s.offer_name")
  private static let steps: SQL = "fse.v1_step s join dossiers.v1_dossier d on d.id = s.dossier"

  /// The steps under way whose planned end comes within so many days, or has passed.
  static func stepsEnding(within days: Int, _ moment: Moment) -> Dataset {
    Dataset(
      .step,
      Column.list([
        offer, Column("fin", "Fin prévue", .date, "s.planned_until"),
        Column("jours", "Jours", .integer, "s.planned_until - \(moment.today)::date", unit: "jours"),
      ]), from: steps,
      where: [
        "s.kind = 'step'", "s.from_date <= \(moment.today)::date",
        "(s.until_date is null or s.until_date >= \(moment.today)::date)",
        "s.planned_until <= \(moment.today)::date + \(days)::int",
      ], key: "s.id", target: "s.id", day: "s.planned_until", order: "fin")
  }

  /// The positionings to which nothing has followed for so many days: the operator says nothing.
  static func silentOperators(for days: Int, _ moment: Moment) -> Dataset {
    Dataset(
      .step,
      Column.list([
        offer,
        Column("inscrit", "Inscrit le", .date, "caller.day(s.registered_at)"),
      ]), from: steps,
      where: [
        "s.kind = 'positioning'", "s.until_date is null",
        "caller.day(s.registered_at) < \(moment.today)::date - \(days)::int",
      ], key: "s.id", target: "s.id", day: "caller.day(s.registered_at)", order: "inscrit")
  }

  /// The FSE forms that wait to be filled in.
  static let formsDue = Dataset(
    .participation,
    Column.list([
      Column("formulaire", "Questionnaire", "f.form", words: Words.forms),
      Column("operation", "Opération", "f.operation_name", isSecondary: true),
      Column("echeance", "À remplir avant le", .date, "f.due_on"),
    ]), from: "fse.v1_form_due f join dossiers.v1_dossier d on d.id = f.dossier", where: [],
    key: "f.participation::text || f.form", target: "f.participation", day: "f.due_on", order: "echeance")

  /// The messages that did not reach the person within the last so many days.
  static func failedMessages(within days: Int, _ moment: Moment) -> Dataset {
    Dataset(
      .message,
      Column.list([
        Column("canal", "Message", "m.channel", words: Words.channels),
        Column("jour", "Échec du", .date, "caller.day(m.settled_at)"),
      ]), from: "scheduling.v1_message m join dossiers.v1_dossier d on d.id = m.dossier",
      where: [
        "m.status = 'failed'",
        "caller.day(m.settled_at) >= \(moment.today)::date - \(days)::int",
      ], key: "m.id", target: "m.id", day: "caller.day(m.settled_at)", order: "jour")
  }
}
