import Domain
import Foundation

/// What a county may ask for before a contract is submitted.
public enum SubmissionItem: String, Payload, CaseIterable {
  case agreement, situation, end, objective

  /// As a list of what is missing names it.
  public var label: String {
    switch self {
    case .agreement: "l’accord de la personne (oui ou non)"
    case .situation: "la situation de la personne"
    case .end: "la fin du contrat"
    case .objective: "au moins un objectif"
    }
  }

  /// A contract without an objective is none (rule K5): that one is not the county's to leave out.
  public static let chosen = allCases.filter { $0 != .objective }
}

/// What the county asks for, with who decided it.
public struct SubmissionTerms: Payload, Versioned, Equatable {
  /// In the order of the items; the objective is always among them.
  public var required: [SubmissionItem]
  public var version: Int

  public init(required: [SubmissionItem], version: Int) {
    self.required = required
    self.version = version
  }
}

public struct SubmissionDraft: Payload, Constrained {
  public var required: [SubmissionItem]
  public static let constraints: [String: Constraint] = ["required": .items(4)]
  public init(required: [SubmissionItem]) { self.required = required }
}

/// One decision on what is asked for.
public struct SubmissionChange: PlacedChange, Equatable {
  public var position: Int
  public var required: [SubmissionItem]
  public var at: Date
  public var accountName: String

  public init(position: Int, required: [SubmissionItem], at: Date, accountName: String) {
    self.position = position
    self.required = required
    self.at = at
    self.accountName = accountName
  }
}

extension ContractsAPI {
  public static let showSubmissionTerms = Endpoint<NoInput, SubmissionTerms>(
    .contracts, "showSubmissionTerms", .get, "submission", allow: .having(.administer),
    summary: "Show what a contract must have to be submitted.")
  public static let changeSubmissionTerms = Endpoint<SubmissionDraft, SubmissionTerms>(
    .contracts, "changeSubmissionTerms", .put, "submission", allow: .having(.administer),
    summary: "Change what a contract must have to be submitted; an objective is always asked for.", versioned: true)
  public static let listSubmissionChanges = Endpoint<ListChangeQuery, Page<SubmissionChange>>(
    .contracts, "listSubmissionChanges", .get, "submission/changes", allow: .having(.administer),
    summary: "List who changed what a contract must have, newest first.")
}
