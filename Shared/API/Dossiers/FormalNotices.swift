import Domain
import Foundation

/// A formal notice that somebody asks the secretariat for, which serves it in Genesis (rule C20).
public struct FormalNoticeRequest: Payload {
  public var id: ID<FormalNoticeRequest>
  public var dossier: ID<Dossier>
  public var number: Int
  public var familyName: String
  public var givenName: String
  public var commune: String?
  public var leadName: String?
  public var reason: String
  public var requestedOn: CalendarDate
  public var authorName: String
  /// The feed's date and reason, when its date became later than the request's; absent while it is asked for.
  public var servedOn: CalendarDate?
  public var servedReason: String?
  /// When somebody took it back; it is asked for no longer.
  public var withdrawnOn: CalendarDate?
  public var withdrawnBy: String?

  public init(
    id: ID<FormalNoticeRequest>, dossier: ID<Dossier>, number: Int, familyName: String, givenName: String,
    commune: String? = nil, leadName: String? = nil, reason: String, requestedOn: CalendarDate, authorName: String,
    servedOn: CalendarDate? = nil, servedReason: String? = nil, withdrawnOn: CalendarDate? = nil,
    withdrawnBy: String? = nil
  ) {
    self.id = id
    self.dossier = dossier
    self.number = number
    self.familyName = familyName
    self.givenName = givenName
    self.commune = commune
    self.leadName = leadName
    self.reason = reason
    self.requestedOn = requestedOn
    self.authorName = authorName
    self.servedOn = servedOn
    self.servedReason = servedReason
    self.withdrawnOn = withdrawnOn
    self.withdrawnBy = withdrawnBy
  }
}

public struct FormalNoticeDraft: Payload, Constrained {
  public var reason: String
  /// The day of the request, today as a rule.
  public var on: CalendarDate
  public static let constraints: [String: Constraint] = ["reason": .text(1...500)]

  public init(reason: String, on: CalendarDate) {
    self.reason = reason
    self.on = on
  }
}

public struct FormalNoticeQuery: PageQuery, Constrained {
  /// Those that were served, or those that are still asked for; absent: all.
  public var served: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(served: Bool? = nil, limit: Int? = nil, after: String? = nil) {
    self.served = served
    self.limit = limit
    self.after = after
  }
}

extension DossiersAPI {
  public static let listFormalNotices = Endpoint<NoInput, Page<FormalNoticeRequest>>(
    .dossiers, "listFormalNotices", .get, "dossiers/{dossier}/formal-notices",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List the formal notices asked for on a dossier, newest first.")
  public static let requestFormalNotice = Endpoint<FormalNoticeDraft, FormalNoticeRequest>(
    .dossiers, "requestFormalNotice", .post, "dossiers/{dossier}/formal-notices",
    allow: .having(.editCharacteristics, .formalNotices, reaching: .dossier),
    summary: "Ask the secretariat for a formal notice.", success: 201)
  public static let withdrawFormalNotice = Endpoint<NoInput, FormalNoticeRequest>(
    .dossiers, "withdrawFormalNotice", .post, "dossiers/{dossier}/formal-notices/{formalNotice}/withdrawal",
    allow: .having(.editCharacteristics, .formalNotices, reaching: .dossier),
    summary: "Take back a request that was not served yet.")
  public static let listFormalNoticeRequests = Endpoint<FormalNoticeQuery, Page<FormalNoticeRequest>>(
    .dossiers, "listFormalNoticeRequests", .get, "formal-notices", allow: .having(.formalNotices),
    summary: "List the formal notices asked for in the caller's scope, newest first.", audit: .read)
}
