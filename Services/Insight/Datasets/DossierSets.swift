import API
import Domain
import Postgres

/// People: a row a dossier.
extension Dataset {
  private static let everybody: SQL = "dossiers.v1_dossier d"
  private static let active: SQL = "d.state <> 'left'"

  private static func people(
    _ columns: [Column], where conditions: [SQL], day: SQL? = nil, order: String
  ) -> Dataset {
    Dataset(
      .dossier, Column.list(columns), from: everybody, where: conditions, key: "d.id", target: "d.id",
      day: day, order: order)
  }

  private static let since = Column("depuis", "Référent depuis", .date, "coalesce(d.lead_since, d.entered_on)")

  /// The people of a référent who are in the active file (rule C1).
  static let activeFile = people(
    [.territory, .state, since], where: [active], day: since.sql, order: "depuis")

  /// The lead référents' periods that began: one row each, of people still in the active file.
  static let activeFileByReferent = Dataset(
    .dossier,
    Column.led([
      .state, Column("depuis", "Entrée dans la file active", .date, "r.from_date"),
      Column("structure", "Structure", "o.name", isSecondary: true),
      Column("referent", "Référent de parcours", "a.name"),
    ]), from: "dossiers.v1_referent r join dossiers.v1_dossier d on d.id = r.dossier",
    names: """
      left join identity.v1_account a on a.id = r.account
      left join identity.v1_organisation o on o.id = r.organisation
      """,
    where: ["r.kind = 'lead'", "(r.until_date is null or r.until_date >= caller.today())", active],
    key: "r.id", target: "d.id", day: "r.from_date", order: "depuis")

  /// The people whom the feed has not held for more than so many days and who still have a lead référent.
  static func notRefreshed(for days: Int, _ moment: Moment) -> Dataset {
    people(
      [.territory, .refreshed, .state, since],
      where: [active, "d.lead is not null", "d.refreshed_on < \(moment.today)::date - \(days)::int"],
      day: "d.refreshed_on", order: "actualisation")
  }

  /// The people of the active file for whom no contract was ever entered, whatever its state (rule K14).
  static let withoutContract = people(
    [since, .state],
    where: ["d.state = 'entered'", "not exists (select from contracts.v1_contract c where c.dossier = d.id)"],
    day: since.sql, order: "depuis")

  /// The people who are no longer under duties.
  static let withoutDuties = people(
    [Column("nsdd", "NSDD depuis", .date, "d.duties_since"), .state, .entitlement], where: ["d.duties = false"],
    day: "d.duties_since", order: "nsdd")

  /// The people whose entitlement is closed.
  static let closedEntitlement = people(
    [
      .territory, .entitlement, Column("cloture", "Clos le", .date, "d.closed_on"),
      Column("motif", "Motif", "d.closure_reason", isSecondary: true),
    ], where: ["d.entitlement = any(\([EntitlementState.closed, .closedEarlier]))"], day: "d.closed_on",
    order: "cloture")

  /// The people who moved to another département.
  static let moved = people(
    [.territory, .refreshed, .entitlement, .state], where: ["d.outside_county"], day: "d.refreshed_on",
    order: "actualisation")

  /// The formal notices (MIDEM) that were asked for: acquired once served after the day of the request.
  static let formalNotices = Dataset(
    .dossier,
    Column.list([
      Column("demande", "Demandée le", .date, "m.asked_on"), Column("motif", "Motif de la demande", "m.reason"),
      Column("servie", "MIDEM du", .date, "m.served_on"), .state,
    ]), from: "dossiers.v1_formal_notice m join dossiers.v1_dossier d on d.id = m.dossier",
    where: ["m.asked_on is not null"], key: "d.id", target: "d.id", day: "m.asked_on", order: "demande")

  /// Those that wait to be served.
  static let formalNoticesAsked = formalNotices.narrowed(["(m.served_on is null or m.served_on <= m.asked_on)"])

  /// The people with whom no appointment was held for so many days, nor is any planned.
  static func unseen(for days: Int, _ moment: Moment) -> Dataset {
    people(
      [since, .state],
      where: [
        "d.state = 'entered'", "coalesce(d.lead_since, d.entered_on) < \(moment.today)::date - \(days)::int",
        """
        not exists (select from scheduling.v1_appointment p where p.dossier = d.id and
          p.starts_at >= (\(moment.today)::date - \(days)::int)::timestamp at time zone caller.zone()
          and p.outcome in ('planned', 'held'))
        """,
      ], day: since.sql, order: "depuis")
  }

  /// The people whom neither a call nor an e-mail reaches.
  static let unreachable = people(
    [.territory, .state, since], where: ["coalesce(d.phone, '') = ''", "coalesce(d.email, '') = ''"], day: since.sql,
    order: "depuis")

  /// The characteristics that the county requires, that the caller's profile writes and that a dossier lacks.
  static let missingCharacteristics = Dataset(
    .characteristic,
    Column.list([
      Column("caracteristique", "Caractéristique", "m.label"), since, .state,
    ]), from: "dossiers.v1_missing_characteristics m join dossiers.v1_dossier d on d.id = m.dossier", where: [],
    key: "d.id::text || m.characteristic", target: "d.id", day: since.sql, order: "depuis")

  /// The exits that the feed suggests and that wait for a decision.
  static let proposedExits = Dataset(
    .proposedExit, Column.list([Column("sortie", "Sortie proposée au", .date, "e.exit_on"), .state]),
    from: "dossiers.v1_proposed_exit e join dossiers.v1_dossier d on d.id = e.dossier", where: [], key: "e.id",
    target: "e.id", day: "e.exit_on", order: "sortie")

  /// The periods aside from accompaniment that end within so many days.
  static func standbysEnding(within days: Int, _ moment: Moment) -> Dataset {
    Dataset(
      .standby,
      Column.list([
        Column("fin", "Fin de la veille", .date, "s.until_date"),
        Column("jours", "Jours restants", .integer, "s.until_date - \(moment.today)::date", unit: "jours"),
      ]), from: "dossiers.v1_standby s join dossiers.v1_dossier d on d.id = s.dossier",
      where: [
        "s.from_date <= \(moment.today)::date",
        "s.until_date between \(moment.today)::date and \(moment.today)::date + \(days)::int",
      ], key: "s.id", target: "s.id", day: "s.until_date", order: "fin")
  }

  /// The open notes that are assigned to the caller, or that the caller wrote and assigned to no one.
  static let openNotes = Dataset(
    .note, Column.list([Column("ecrite", "Écrite le", .date, "n.written_on"), .state]),
    from: "dossiers.v1_note n join dossiers.v1_dossier d on d.id = n.dossier",
    where: [
      "n.closed_at is null", "(n.assignee = caller.account() or (n.assignee is null and n.author = caller.account()))",
    ],
    key: "n.id", target: "n.id", day: "n.written_on", order: "ecrite")
}
