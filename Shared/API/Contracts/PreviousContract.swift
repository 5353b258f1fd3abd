import Domain

/// The contract before a new one: what is taken over, and what is to be assessed together.
public struct PreviousContract: Payload {
  public var id: ID<Contract>
  public var kind: ContractRecord.Kind
  public var number: Int
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate?
  public var situation: String
  public var targetHours: Int?
  public var objectives: [Objective]

  public init(
    id: ID<Contract>, kind: ContractRecord.Kind, number: Int, startsOn: CalendarDate, endsOn: CalendarDate? = nil,
    situation: String, targetHours: Int? = nil, objectives: [Objective]
  ) {
    self.id = id
    self.kind = kind
    self.number = number
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.situation = situation
    self.targetHours = targetHours
    self.objectives = objectives
  }
}
