import Domain
import Foundation

/// Many persons registered at once, each done or refused by itself (rule S12).
public struct Enrolment: Payload {
  public enum Kind: String, Payload, CaseIterable { case steps, gathering }
  public var id: ID<Enrolment>
  public var kind: Kind
  /// The offer or the event.
  public var name: String
  /// Where it leads back: the offer's or the event's identifier.
  public var subject: UUID
  public var total: Int
  public var done: Int
  public var refused: Int
  public var createdAt: Date
  /// Absent while it goes on.
  public var endedAt: Date?

  public init(
    id: ID<Enrolment>, kind: Kind, name: String, subject: UUID, total: Int, done: Int, refused: Int, createdAt: Date,
    endedAt: Date? = nil
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.subject = subject
    self.total = total
    self.done = done
    self.refused = refused
    self.createdAt = createdAt
    self.endedAt = endedAt
  }
}

/// What is registered for each of these persons.
public struct EnrolmentOrder: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  public var session: ID<OfferSession>?
  public var partner: ID<Operator>?
  public var kind: Step.Kind
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var comment: String?
  public var participation: Bool
  public static let constraints: [String: Constraint] = ["dossiers": .items(500), "comment": .text(0...2000)]

  public init(
    dossiers: [ID<Dossier>], session: ID<OfferSession>? = nil, partner: ID<Operator>? = nil, kind: Step.Kind = .step,
    plannedFrom: CalendarDate, plannedUntil: CalendarDate, from: CalendarDate? = nil, until: CalendarDate? = nil,
    comment: String? = nil, participation: Bool = false
  ) {
    self.dossiers = dossiers
    self.session = session
    self.partner = partner
    self.kind = kind
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.comment = comment
    self.participation = participation
  }

  /// The registration of one of them.
  public func step(on offer: ID<Offer>) -> StepDraft {
    StepDraft(
      offer: offer, session: session, partner: partner, kind: kind, plannedFrom: plannedFrom,
      plannedUntil: plannedUntil, from: from, until: until, comment: comment, participation: participation)
  }
}

extension FSEAPI {
  public static let enrolOnOffer = Endpoint<EnrolmentOrder, Enrolment>(
    .fse, "enrolOnOffer", .post, "offers/{offer}/enrolments", allow: .having(.registerOnOffers),
    summary: "Register many persons on an offer; each is done or refused by itself.", success: 202)
  public static let showEnrolment = Endpoint<NoInput, Enrolment>(
    .fse, "showEnrolment", .get, "enrolments/{batch}", allow: .having(.registerOnOffers, .gatherings),
    summary: "Show how far a registration of many persons is.")
  public static let listEnrolmentRows = Endpoint<BatchRowQuery, Page<BatchRow>>(
    .fse, "listEnrolmentRows", .get, "enrolments/{batch}/rows", allow: .having(.registerOnOffers, .gatherings),
    summary: "List what became of each person.")
}
