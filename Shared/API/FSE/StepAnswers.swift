import Domain
import Foundation

/// What the operator of a step said of the registration (rule S18).
public enum OperatorAnswer: String, Payload, CaseIterable { case awaited, accepted, refused, expired }

/// An operator takes the person, or does not and says why.
public struct StepAnswerDraft: Payload, Constrained {
  public var accepted: Bool
  /// Needed for a refusal.
  public var reason: String?
  public static let constraints: [String: Constraint] = ["reason": .text(0...1000)]

  public init(accepted: Bool, reason: String? = nil) {
    self.accepted = accepted
    self.reason = reason
  }
}

/// The operator of a step is asked whether it takes the person, is reminded, answered, or did not in time.
public struct StepAnswered: Event {
  public static let type = "fse.step-answered.v1"
  public enum Change: String, Payload, CaseIterable { case awaited, reminded, accepted, refused, expired }
  public var step: ID<Step>
  public var dossier: ID<Dossier>
  public var offerName: String
  /// Whose people answer for the operator.
  public var organisation: ID<Organisation>?
  public var change: Change
  public var key: String { dossier.description }

  public init(
    step: ID<Step>, dossier: ID<Dossier>, offerName: String, organisation: ID<Organisation>?, change: Change
  ) {
    self.step = step
    self.dossier = dossier
    self.offerName = offerName
    self.organisation = organisation
    self.change = change
  }
}

extension FSEAPI {
  public static let answerStep = Endpoint<StepAnswerDraft, Step>(
    .fse, "answerStep", .post, "steps/{step}/answer", allow: .having(.attendance, reaching: .step),
    summary: "Accept a registration as its operator, or refuse it with a reason.", versioned: true)
}
