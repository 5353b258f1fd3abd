import Domain
import Foundation

/// Somebody who is to reach a dossier between two days (rule C7).
public struct StepReferentDraft: Payload {
  public var account: ID<Account>
  public var from: CalendarDate
  public var until: CalendarDate

  public init(account: ID<Account>, from: CalendarDate, until: CalendarDate) {
    self.account = account
    self.from = from
    self.until = until
  }
}

/// Between which days, both included, a step référent reaches the dossier.
public struct StepReferentDays: Payload {
  public var from: CalendarDate
  public var until: CalendarDate

  public init(from: CalendarDate, until: CalendarDate) {
    self.from = from
    self.until = until
  }
}

extension DossiersAPI {
  public static let nameStepReferent = Endpoint<StepReferentDraft, ReferentEntry>(
    .dossiers, "nameStepReferent", .post, "dossiers/{dossier}/step-referents",
    allow: .having(.nameStepReferent, reaching: .dossier), summary: "Name a step référent for some time.", success: 201
  )
  public static let changeStepReferent = Endpoint<StepReferentDays, ReferentEntry>(
    .dossiers, "changeStepReferent", .put, "dossiers/{dossier}/step-referents/{stepReferent}",
    allow: .having(.nameStepReferent, reaching: .dossier),
    summary: "Change the days between which a step référent reaches the dossier.", versioned: true)
  public static let endStepReferent = Endpoint<NoInput, NoOutput>(
    .dossiers, "endStepReferent", .delete, "dossiers/{dossier}/step-referents/{stepReferent}",
    allow: .having(.nameStepReferent, reaching: .dossier),
    summary: "Take a step référent's access back, at once.", versioned: true)
}
