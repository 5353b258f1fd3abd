import Domain
import Foundation

/// An event of a day or half a day (rule S13): a forum, a meeting with employers.
public struct Gathering: Payload, Versioned {
  public var id: ID<Gathering>
  public var name: String
  /// A code of the list `gathering_kind`.
  public var kind: String
  public var onDay: CalendarDate
  /// Absent for a whole day.
  public var half: HalfDay?
  public var place: String?
  /// Absent where places are not counted.
  public var capacity: Int?
  /// How many persons are registered, whoever reaches them.
  public var taken: Int
  public var description: String?
  public var organiser: ID<Account>
  public var organiserName: String
  /// That the caller's structure organises it, or that the caller is of the siège: others do not change it.
  public var mayChange: Bool
  public var version: Int

  public init(
    id: ID<Gathering>, name: String, kind: String, onDay: CalendarDate, half: HalfDay?, place: String?,
    capacity: Int?, taken: Int, description: String?, organiser: ID<Account>, organiserName: String,
    mayChange: Bool = true, version: Int
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.onDay = onDay
    self.half = half
    self.place = place
    self.capacity = capacity
    self.taken = taken
    self.description = description
    self.organiser = organiser
    self.organiserName = organiserName
    self.mayChange = mayChange
    self.version = version
  }

  /// Nil where places are not counted.
  public var placesLeft: Int? { capacity.map { max(0, $0 - taken) } }
}

/// What is written of an event. Who adds it organises it.
public struct GatheringDraft: Payload, Constrained {
  public var name: String
  public var kind: String
  public var onDay: CalendarDate
  public var half: HalfDay?
  public var place: String?
  public var capacity: Int?
  public var description: String?
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "kind": .text(1...40), "place": .text(0...300), "capacity": .range(1...10_000),
    "description": .text(0...4000),
  ]

  public init(
    name: String, kind: String, onDay: CalendarDate, half: HalfDay? = nil, place: String? = nil, capacity: Int? = nil,
    description: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.onDay = onDay
    self.half = half
    self.place = place
    self.capacity = capacity
    self.description = description
  }
}

/// Which events to list: by words of the name, kind and days.
public struct GatheringQuery: PageQuery, Constrained {
  public var q: String?
  public var kind: String?
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "kind": .text(0...40), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    q: String? = nil, kind: String? = nil, from: CalendarDate? = nil, until: CalendarDate? = nil, limit: Int? = nil,
    after: String? = nil
  ) {
    self.q = q
    self.kind = kind
    self.from = from
    self.until = until
    self.limit = limit
    self.after = after
  }
}

/// A person who is registered on an event.
public struct Guest: Payload {
  public enum Presence: String, Payload, CaseIterable { case awaited, present, absent }
  public var gathering: ID<Gathering>
  public var gatheringName: String
  public var onDay: CalendarDate
  public var half: HalfDay?
  public var place: String?
  public var dossier: ID<Dossier>
  public var number: Int
  public var name: String
  public var presence: Presence
  public var invitedByName: String
  public var confirmedByName: String?

  public init(
    gathering: ID<Gathering>, gatheringName: String, onDay: CalendarDate, half: HalfDay?, place: String?,
    dossier: ID<Dossier>, number: Int, name: String, presence: Presence, invitedByName: String,
    confirmedByName: String?
  ) {
    self.gathering = gathering
    self.gatheringName = gatheringName
    self.onDay = onDay
    self.half = half
    self.place = place
    self.dossier = dossier
    self.number = number
    self.name = name
    self.presence = presence
    self.invitedByName = invitedByName
    self.confirmedByName = confirmedByName
  }
}

/// Which guests to list.
public struct GuestQuery: PageQuery, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

/// The event on which a person is to be registered.
public struct GuestDraft: Payload {
  public var gathering: ID<Gathering>
  public init(gathering: ID<Gathering>) { self.gathering = gathering }
}

/// Whether the person came.
public struct GuestPresence: Payload {
  public var presence: Guest.Presence
  public init(presence: Guest.Presence) { self.presence = presence }
}

/// The persons to be registered on an event.
public struct GuestList: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = ["dossiers": .items(500)]
  public init(dossiers: [ID<Dossier>]) { self.dossiers = dossiers }
}

extension FSEAPI {
  public static let listGatherings = Endpoint<GatheringQuery, Page<Gathering>>(
    .fse, "listGatherings", .get, "gatherings", allow: .signedIn, summary: "List the events, the latest day first.")
  public static let showGathering = Endpoint<NoInput, Gathering>(
    .fse, "showGathering", .get, "gatherings/{gathering}", allow: .signedIn, summary: "Show an event.")
  public static let addGathering = Endpoint<GatheringDraft, Gathering>(
    .fse, "addGathering", .post, "gatherings", allow: .having(.gatherings), summary: "Add an event.", success: 201)
  public static let changeGathering = Endpoint<GatheringDraft, Gathering>(
    .fse, "changeGathering", .put, "gatherings/{gathering}", allow: .having(.gatherings), summary: "Change an event.",
    versioned: true)
  public static let deleteGathering = Endpoint<NoInput, NoOutput>(
    .fse, "deleteGathering", .delete, "gatherings/{gathering}", allow: .having(.gatherings),
    summary: "Delete an event on which nobody is registered.")
  public static let listGuests = Endpoint<GuestQuery, Page<Guest>>(
    .fse, "listGuests", .get, "gatherings/{gathering}/guests", allow: .having(.readDossiers),
    summary: "List who is registered on an event, by name, within one's scope.", audit: Act.Kind.read)
  public static let enrolInGathering = Endpoint<GuestList, Enrolment>(
    .fse, "enrolInGathering", .post, "gatherings/{gathering}/enrolments", allow: .having(.gatherings),
    summary: "Register many persons on an event; each is done or refused by itself.", success: 202)
  public static let listDossierGatherings = Endpoint<NoInput, Page<Guest>>(
    .fse, "listDossierGatherings", .get, "dossiers/{dossier}/gatherings",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the events of a dossier, the latest day first.")
  public static let inviteToGathering = Endpoint<GuestDraft, Guest>(
    .fse, "inviteToGathering", .post, "dossiers/{dossier}/gatherings", allow: .having(.gatherings, reaching: .dossier),
    summary: "Register a dossier on an event.", success: 201)
  public static let confirmGathering = Endpoint<GuestPresence, Guest>(
    .fse, "confirmGathering", .put, "dossiers/{dossier}/gatherings/{gathering}",
    allow: .having(.gatherings, reaching: .dossier), summary: "Say whether the person came.")
  public static let leaveGathering = Endpoint<NoInput, NoOutput>(
    .fse, "leaveGathering", .delete, "dossiers/{dossier}/gatherings/{gathering}",
    allow: .having(.gatherings, reaching: .dossier), summary: "Take a person off an event.")
}
