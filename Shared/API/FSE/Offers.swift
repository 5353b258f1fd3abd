import Domain
import Foundation

/// Everything that fse serves; each feature adds its own.
public enum FSEAPI {}

/// One of the dates at which an offer takes place (rule S2).
public struct OfferSession: Payload, Constrained {
  /// Absent for a new session.
  public var id: ID<OfferSession>?
  public var name: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  /// Absent where places are not counted (rule S10).
  public var places: Int?
  /// How many are taken; what is sent of it is ignored.
  public var taken: Int?
  public static let constraints: [String: Constraint] = ["name": .text(1...200), "places": .range(1...10_000)]

  public init(
    id: ID<OfferSession>?, name: String, startsOn: CalendarDate, endsOn: CalendarDate, places: Int? = nil,
    taken: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.places = places
    self.taken = taken
  }

  /// Nil where places are not counted.
  public var placesLeft: Int? { places.map { max(0, $0 - (taken ?? 0)) } }
}

/// One of several operators of an offer.
public struct OfferPartner: Payload {
  public var id: ID<Operator>
  public var name: String

  public init(id: ID<Operator>, name: String) {
    self.id = id
    self.name = name
  }
}

/// What a person can be registered on (rule S1).
public struct Offer: Payload, Versioned {
  public var id: ID<Offer>
  public var name: String
  public var `operator`: ID<Operator>?
  public var operatorName: String?
  /// A code of the list `classification`.
  public var classification: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  public var active: Bool
  /// Carried out by several operators: one is chosen at each registration.
  public var needsPartner: Bool
  public var needsAttendance: Bool
  public var needsReport: Bool
  public var usesSessions: Bool
  /// Whether the county opened to the operator the persons registered on it.
  public var openToOperator: Bool
  public var description: String?
  /// The FSE operation that pays for it.
  public var operation: ID<FSEOperation>?
  public var operationName: String?
  public var sessions: [OfferSession]
  /// Those among which one is chosen where it needs a partner; empty: any operator.
  public var partners: [OfferPartner]
  /// Whether the operator's people read the telephone of who is registered.
  public var showsPhone: Bool
  /// The territories that it is meant for; empty: the whole county.
  public var territories: [ID<Territory>]
  /// What is asked at the end of its steps.
  public var characteristics: [OfferCharacteristic]
  public var version: Int

  public init(
    id: ID<Offer>, name: String, `operator`: ID<Operator>?, operatorName: String?, classification: String,
    startsOn: CalendarDate, endsOn: CalendarDate, active: Bool, needsPartner: Bool, needsAttendance: Bool,
    needsReport: Bool, usesSessions: Bool, openToOperator: Bool, description: String?, operation: ID<FSEOperation>?,
    operationName: String?, sessions: [OfferSession], partners: [OfferPartner] = [], showsPhone: Bool = false,
    territories: [ID<Territory>] = [], characteristics: [OfferCharacteristic] = [], version: Int
  ) {
    self.id = id
    self.name = name
    self.operator = `operator`
    self.operatorName = operatorName
    self.classification = classification
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.active = active
    self.needsPartner = needsPartner
    self.needsAttendance = needsAttendance
    self.needsReport = needsReport
    self.usesSessions = usesSessions
    self.openToOperator = openToOperator
    self.description = description
    self.operation = operation
    self.operationName = operationName
    self.sessions = sessions
    self.partners = partners
    self.showsPhone = showsPhone
    self.territories = territories
    self.characteristics = characteristics
    self.version = version
  }

  /// The offer as it would be written again.
  public var asDraft: OfferDraft {
    OfferDraft(
      name: name, operator: `operator`, classification: classification, startsOn: startsOn, endsOn: endsOn,
      active: active, needsPartner: needsPartner, needsAttendance: needsAttendance, needsReport: needsReport,
      usesSessions: usesSessions, openToOperator: openToOperator, description: description, operation: operation,
      sessions: sessions, partners: partners.map(\.id), showsPhone: showsPhone, territories: territories,
      characteristics: characteristics)
  }
}

/// What is written of an offer. Sessions that are left out are taken away, unless somebody is registered on them.
public struct OfferDraft: Payload, Constrained {
  public var name: String
  public var `operator`: ID<Operator>?
  public var classification: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  public var active: Bool
  public var needsPartner: Bool
  public var needsAttendance: Bool
  public var needsReport: Bool
  public var usesSessions: Bool
  public var openToOperator: Bool
  public var description: String?
  public var operation: ID<FSEOperation>?
  public var sessions: [OfferSession]
  public var partners: [ID<Operator>]?
  public var showsPhone: Bool?
  public var territories: [ID<Territory>]?
  public var characteristics: [OfferCharacteristic]?
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "classification": .text(1...40), "description": .text(0...4000), "sessions": .items(200),
    "partners": .items(100), "territories": .items(100), "characteristics": .items(50),
  ]

  public init(
    name: String, `operator`: ID<Operator>? = nil, classification: String, startsOn: CalendarDate,
    endsOn: CalendarDate, active: Bool = true, needsPartner: Bool = false, needsAttendance: Bool = false,
    needsReport: Bool = false, usesSessions: Bool = false, openToOperator: Bool = false, description: String? = nil,
    operation: ID<FSEOperation>? = nil, sessions: [OfferSession] = [], partners: [ID<Operator>]? = nil,
    showsPhone: Bool? = nil, territories: [ID<Territory>]? = nil, characteristics: [OfferCharacteristic]? = nil
  ) {
    self.name = name
    self.operator = `operator`
    self.classification = classification
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.active = active
    self.needsPartner = needsPartner
    self.needsAttendance = needsAttendance
    self.needsReport = needsReport
    self.usesSessions = usesSessions
    self.openToOperator = openToOperator
    self.description = description
    self.operation = operation
    self.sessions = sessions
    self.partners = partners
    self.showsPhone = showsPhone
    self.territories = territories
    self.characteristics = characteristics
  }
}

/// Which offers to list: by words of the name, classification, activity, territory, days and places left.
public struct OfferQuery: PageQuery, Constrained {
  public var q: String?
  public var classification: String?
  public var active: Bool?
  /// Offers that run on that day.
  public var on: CalendarDate?
  public var operation: ID<FSEOperation>?
  public var `operator`: ID<Operator>?
  /// Offers for that territory, those of the whole county included.
  public var territory: ID<Territory>?
  /// Offers that run on some day from this one on.
  public var from: CalendarDate?
  /// Offers that run on some day until this one.
  public var until: CalendarDate?
  /// Offers with a session to come that has a place, or that count none.
  public var hasPlaces: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "classification": .text(0...40), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    q: String? = nil, classification: String? = nil, active: Bool? = nil, on: CalendarDate? = nil,
    operation: ID<FSEOperation>? = nil, `operator`: ID<Operator>? = nil, territory: ID<Territory>? = nil,
    from: CalendarDate? = nil, until: CalendarDate? = nil, hasPlaces: Bool? = nil, limit: Int? = nil,
    after: String? = nil
  ) {
    self.q = q
    self.classification = classification
    self.active = active
    self.on = on
    self.operation = operation
    self.operator = `operator`
    self.territory = territory
    self.from = from
    self.until = until
    self.hasPlaces = hasPlaces
    self.limit = limit
    self.after = after
  }
}
