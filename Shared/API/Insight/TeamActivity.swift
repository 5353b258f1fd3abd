import Domain

/// The work of one person in a period, a number for each of the measures of `TeamActivity`.
public struct TeamMember: Payload {
  public var account: ID<Account>
  public var values: [Int]
  /// A year before.
  public var before: [Int]

  public init(account: ID<Account>, values: [Int], before: [Int]) {
    self.account = account
    self.values = values
    self.before = before
  }
}

/// What each person did in one period, on the dossiers that the caller reaches.
public struct TeamActivity: Payload {
  /// Names a number and says what it counts.
  public struct Measure: Payload {
    public var code: String
    public var label: String
    public var unit: String

    public init(code: String, label: String, unit: String) {
      self.code = code
      self.label = label
      self.unit = unit
    }
  }
  /// The first day of the period, which is under way unless an earlier one is asked for.
  public var period: CalendarDate
  public var measures: [Measure]
  /// Those who did something in the period or a year before, in no order.
  public var members: [TeamMember]

  public init(period: CalendarDate, measures: [Measure], members: [TeamMember]) {
    self.period = period
    self.measures = measures
    self.members = members
  }
}

/// Which period the team's activity is counted in.
public struct TeamQuery: Payload, Constrained {
  /// Months when absent.
  public var step: ActivityQuery.Step?
  /// How many periods ago; the one under way when absent.
  public var ago: Int?
  public static let constraints: [String: Constraint] = ["ago": .range(0...11)]

  public init(step: ActivityQuery.Step? = nil, ago: Int? = nil) {
    self.step = step
    self.ago = ago
  }
}

extension InsightAPI {
  public static let showTeamActivity = Endpoint<TeamQuery, TeamActivity>(
    .insight, "showTeamActivity", .get, "team-activity", allow: .having(.cancelExit, .transferCaseloads),
    summary:
      "Count what each person did in a week or month beside the year before, on the dossiers that the caller reaches.")
}
