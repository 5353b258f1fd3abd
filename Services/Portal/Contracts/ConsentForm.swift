import API
import Domain
import Service

extension ContractConsentDraft.Answer: FormValue {
  /// What was noted.
  fileprivate var saying: String {
    switch self {
    case .yes: "L’accord de la personne est noté."
    case .no: "Le désaccord de la personne est noté."
    case .later: "L’accord reste à recueillir."
    }
  }
}

/// What the person says of the contract.
struct ConsentForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = .consent

  static func load(_ visit: Visit) async throws -> ConsentForm { ConsentForm(held: try await OpenContract.load(visit)) }

  struct Draft: Sendable {
    var consent: ContractConsentDraft.Answer?
    var expression: String?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .radios(
          "consent", \.consent, "La personne est-elle d’accord avec ce contrat ?",
          [
            Choice("yes", "Oui"), Choice("no", "Non"),
            Choice("none", "NC", help: "Pas encore recueilli, ou à recueillir par SMS"),
          ], isInline: true, missing: "Indiquez si la personne est d’accord."),
        .area("expression", \.expression, "Ce que la personne veut dire", most: 10_000).help(
          "Avec ses mots ; figure sur le contrat"))
    ]
  }

  var draft: Draft {
    let consent = held.contract.consent
    return Draft(
      consent: consent == .no ? .no : consent == .none ? .later : .yes, expression: held.contract.expression)
  }

  var sending: Sending { Sending("accord", "Enregistrer l’accord", cancel: held.address(), isKept: true) }

  var head: PageHead {
    PageHead(
      "Accord de la personne", lead: "À remplir devant elle, une fois le contrat relu ensemble.", back: held.back)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let consent = draft.consent else { throw Problem.malformed("Le formulaire est incomplet.") }
    // An emptied field is meant to be empty; an absent one would keep what is there.
    let sent = ContractConsentDraft(consent: consent, expression: draft.expression ?? "")
    _ = try await visit.services.call(ContractsAPI.recordConsent, held.path, sent, version: version)
    return .see(held.address(), saying: consent.saying)
  }
}
