import Domain
import Foundation

/// A dossier's registration on an offer, or the wish for one (rule S3).
public struct Step: Payload, Versioned {
  public enum Kind: String, Payload, CaseIterable { case step, positioning }
  public var id: ID<Step>
  public var dossier: ID<Dossier>
  public var offer: ID<Offer>
  public var offerName: String
  public var classification: String
  public var session: ID<OfferSession>?
  public var partner: ID<Operator>?
  public var operatorName: String?
  public var kind: Kind
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  /// The real start (début réel).
  public var from: CalendarDate?
  /// The real end (fin réelle).
  public var until: CalendarDate?
  /// A code of the list `end_reason`.
  public var endReason: String?
  public var comment: String?
  public var operation: ID<FSEOperation>?
  /// The person's participation in that operation, when the step went through to it.
  public var participation: ID<Participation>?
  public var registeredBy: ID<Account>
  public var registeredByName: String
  public var registeredAt: Date
  /// What it was to reach.
  public var objective: String?
  /// The assessment at its end (bilan).
  public var report: String?
  /// What its offer asks at the end, and what was told of it, by the code of the list `characteristic`.
  public var asked: [OfferCharacteristic]
  public var characteristics: [String: String]
  public var needsAttendance: Bool
  public var needsReport: Bool
  /// Presence typed: on how many half-days, and how many minutes in all.
  public var attendances: Int
  public var attendedMinutes: Int
  /// The person's telephone, where the offer shows it to its operator.
  public var phone: String?
  /// The signed attendance sheets that were filed.
  public var signedSheets: Int
  /// The operator's; nothing where no operator has access to give one.
  public var answer: OperatorAnswer?
  public var answerReason: String?
  /// The day after which no answer is taken for one.
  public var answerDue: CalendarDate?
  public var answeredByName: String?
  public var version: Int

  public init(
    id: ID<Step>, dossier: ID<Dossier>, offer: ID<Offer>, offerName: String, classification: String,
    session: ID<OfferSession>?, partner: ID<Operator>?, operatorName: String?, kind: Kind, plannedFrom: CalendarDate,
    plannedUntil: CalendarDate, from: CalendarDate?, until: CalendarDate?, endReason: String?, comment: String?,
    operation: ID<FSEOperation>?, participation: ID<Participation>?, registeredBy: ID<Account>,
    registeredByName: String, registeredAt: Date, objective: String? = nil, report: String? = nil,
    asked: [OfferCharacteristic] = [], characteristics: [String: String] = [:], needsAttendance: Bool = false,
    needsReport: Bool = false, attendances: Int = 0, attendedMinutes: Int = 0,
    phone: String? = nil, signedSheets: Int = 0, answer: OperatorAnswer? = nil, answerReason: String? = nil,
    answerDue: CalendarDate? = nil,
    answeredByName: String? = nil, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.offer = offer
    self.offerName = offerName
    self.classification = classification
    self.session = session
    self.partner = partner
    self.operatorName = operatorName
    self.kind = kind
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.endReason = endReason
    self.comment = comment
    self.operation = operation
    self.participation = participation
    self.registeredBy = registeredBy
    self.registeredByName = registeredByName
    self.registeredAt = registeredAt
    self.objective = objective
    self.report = report
    self.asked = asked
    self.characteristics = characteristics
    self.needsAttendance = needsAttendance
    self.needsReport = needsReport
    self.attendances = attendances
    self.attendedMinutes = attendedMinutes
    self.phone = phone
    self.signedSheets = signedSheets
    self.answer = answer
    self.answerReason = answerReason
    self.answerDue = answerDue
    self.answeredByName = answeredByName
    self.version = version
  }

  /// What its offer requires once it is over, and was not typed: « les présences », « le bilan » (rule S11); of a step that
  /// the FSE pays for, the signed sheet too (rule S19).
  public func missing(on today: CalendarDate) -> [String] {
    guard kind == .step, (until ?? plannedUntil) < today else { return [] }
    return (needsAttendance && attendances == 0 ? ["les présences"] : [])
      + (needsAttendance && participation != nil && signedSheets == 0 ? ["la feuille d’émargement signée"] : [])
      + (needsReport && report == nil ? ["le bilan"] : [])
  }
}

/// A registration to be made.
public struct StepDraft: Payload, Constrained {
  public var offer: ID<Offer>
  public var session: ID<OfferSession>?
  /// Who carries it out, where the offer has several operators.
  public var partner: ID<Operator>?
  public var kind: Step.Kind
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var comment: String?
  /// Passage en convention: without it the FSE forms stay closed.
  public var participation: Bool
  /// That an exit form which was complete is to be filled in again (rule S7).
  public var reopening: Bool?
  public static let constraints: [String: Constraint] = ["comment": .text(0...2000)]

  public init(
    offer: ID<Offer>, session: ID<OfferSession>? = nil, partner: ID<Operator>? = nil, kind: Step.Kind = .step,
    plannedFrom: CalendarDate, plannedUntil: CalendarDate, from: CalendarDate? = nil, until: CalendarDate? = nil,
    comment: String? = nil, participation: Bool = false, reopening: Bool? = nil
  ) {
    self.offer = offer
    self.session = session
    self.partner = partner
    self.kind = kind
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.comment = comment
    self.participation = participation
    self.reopening = reopening
  }
}

/// The dates, end and remarks of a step, all of them.
public struct StepChange: Payload, Constrained {
  public var session: ID<OfferSession>?
  public var partner: ID<Operator>?
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var endReason: String?
  public var comment: String?
  public var objective: String?
  public var report: String?
  /// That a new real end is the participation's too (rule S14).
  public var closesParticipation: Bool?
  public static let constraints: [String: Constraint] = [
    "endReason": .text(1...40), "comment": .text(0...2000), "objective": .text(0...1000), "report": .text(0...4000),
  ]

  public init(
    session: ID<OfferSession>? = nil, partner: ID<Operator>? = nil, plannedFrom: CalendarDate,
    plannedUntil: CalendarDate, from: CalendarDate? = nil, until: CalendarDate? = nil, endReason: String? = nil,
    comment: String? = nil, objective: String? = nil, report: String? = nil, closesParticipation: Bool? = nil
  ) {
    self.session = session
    self.partner = partner
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.endReason = endReason
    self.comment = comment
    self.objective = objective
    self.report = report
    self.closesParticipation = closesParticipation
  }
}

/// A positioning that is confirmed, with its dates.
public struct StepConversion: Payload {
  public var session: ID<OfferSession>?
  public var partner: ID<Operator>?
  public var plannedFrom: CalendarDate
  public var plannedUntil: CalendarDate
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var participation: Bool
  /// That an exit form which was complete is to be filled in again (rule S7).
  public var reopening: Bool?

  public init(
    session: ID<OfferSession>? = nil, partner: ID<Operator>? = nil, plannedFrom: CalendarDate,
    plannedUntil: CalendarDate, from: CalendarDate? = nil, until: CalendarDate? = nil, participation: Bool = false,
    reopening: Bool? = nil
  ) {
    self.session = session
    self.partner = partner
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
    self.participation = participation
    self.reopening = reopening
  }
}

/// Passage en convention of a step that is there already.
public struct Passage: Payload {
  /// That an exit form which was complete is to be filled in again (rule S7).
  public var reopening: Bool?

  public init(reopening: Bool? = nil) {
    self.reopening = reopening
  }
}

/// The last day at which an FSE step is to end, so that another may begin.
public struct StepShortening: Payload {
  public var until: CalendarDate

  public init(until: CalendarDate) {
    self.until = until
  }
}

/// What an overlap is answered with: the earlier step, and the day on which to end it.
public struct ShorteningOffer: Payload {
  public var step: ID<Step>
  public var version: Int
  public var offerName: String
  public var shortenTo: CalendarDate

  public init(step: ID<Step>, version: Int, offerName: String, shortenTo: CalendarDate) {
    self.step = step
    self.version = version
    self.offerName = offerName
    self.shortenTo = shortenTo
  }
}

extension FSEAPI {
  public static let listOfferSteps = Endpoint<OfferStepQuery, Page<OfferStep>>(
    .fse, "listOfferSteps", .get, "offers/{offer}/steps", allow: .having(.readDossiers),
    summary: "List who is registered on an offer, newest first, within one's scope.", audit: Act.Kind.read)
  public static let listOperatorSteps = Endpoint<OfferStepQuery, Page<OfferStep>>(
    .fse, "listOperatorSteps", .get, "operators/{operator}/steps", allow: .having(.readDossiers),
    summary: "List who is registered with an operator, newest first, within one's scope.", audit: Act.Kind.read)
  public static let listSteps = Endpoint<NoInput, Page<Step>>(
    .fse, "listSteps", .get, "dossiers/{dossier}/steps", allow: .having(.readDossiers, reaching: .dossier),
    summary: "List a dossier's steps and positionings, newest first.")
  public static let register = Endpoint<StepDraft, Step>(
    .fse, "register", .post, "dossiers/{dossier}/steps", allow: .having(.registerOnOffers, reaching: .dossier),
    summary: "Register a dossier on an offer; an FSE overlap is refused with the earlier step to shorten.",
    success: 201)
  public static let showStep = Endpoint<NoInput, Step>(
    .fse, "showStep", .get, "steps/{step}", allow: .having(.readDossiers, reaching: .step), summary: "Show a step.")
  public static let changeStep = Endpoint<StepChange, Step>(
    .fse, "changeStep", .put, "steps/{step}", allow: .having(.registerOnOffers, reaching: .step),
    summary: "Change a step's dates, end and remarks.", versioned: true)
  public static let shortenStep = Endpoint<StepShortening, Step>(
    .fse, "shortenStep", .post, "steps/{step}/shortening", allow: .having(.registerOnOffers, reaching: .step),
    summary: "End an FSE step, and its participation, on an earlier day.", versioned: true)
  public static let convertPositioning = Endpoint<StepConversion, Step>(
    .fse, "convertPositioning", .post, "steps/{step}/conversion", allow: .having(.registerOnOffers, reaching: .step),
    summary: "Turn a positioning into a step.", versioned: true)
  public static let participate = Endpoint<Passage, Step>(
    .fse, "participate", .post, "steps/{step}/participation", allow: .having(.fseForms, reaching: .step),
    summary: "Let an FSE step go through to its operation, which opens the forms.", versioned: true)
  public static let deleteStep = Endpoint<NoInput, NoOutput>(
    .fse, "deleteStep", .delete, "steps/{step}", allow: .having(.registerOnOffers, reaching: .step),
    summary: "Delete a step whose forms were never filled in.", versioned: true)
}
