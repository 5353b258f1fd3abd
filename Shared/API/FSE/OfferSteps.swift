import Domain
import Foundation

/// One registration in an offer's list (rule S4).
public struct OfferStep: Payload {
  public var step: ID<Step>
  public var dossier: ID<Dossier>
  public var number: Int
  public var name: String
  public var kind: Step.Kind
  public var session: ID<OfferSession>?
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var endReason: String?
  /// The offer, where a list has several.
  public var offerName: String?
  /// Hours of presence typed, in minutes.
  public var attendedMinutes: Int?
  /// Presence on the day that was asked, in minutes.
  public var morning: Int?
  public var afternoon: Int?
  /// The person's telephone, where the offer shows it to its operator.
  public var phone: String?

  public init(
    step: ID<Step>, dossier: ID<Dossier>, number: Int, name: String, kind: Step.Kind, session: ID<OfferSession>?,
    plannedFrom: CalendarDate, plannedUntil: CalendarDate, from: CalendarDate?, until: CalendarDate?,
    endReason: String?, offerName: String? = nil, attendedMinutes: Int? = nil, morning: Int? = nil,
    afternoon: Int? = nil, phone: String? = nil
  ) {
    self.step = step
    self.dossier = dossier
    self.number = number
    self.name = name
    self.kind = kind
    self.session = session
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.endReason = endReason
    self.offerName = offerName
    self.attendedMinutes = attendedMinutes
    self.morning = morning
    self.afternoon = afternoon
    self.phone = phone
  }
}

/// Which registrations of an offer to list.
public struct OfferStepQuery: PageQuery, Constrained {
  public var kind: Step.Kind?
  public var session: ID<OfferSession>?
  /// Steps that run on that day, with the presence typed for it.
  public var day: CalendarDate?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(
    kind: Step.Kind? = nil, session: ID<OfferSession>? = nil, day: CalendarDate? = nil, limit: Int? = nil,
    after: String? = nil
  ) {
    self.kind = kind
    self.session = session
    self.day = day
    self.limit = limit
    self.after = after
  }
}
