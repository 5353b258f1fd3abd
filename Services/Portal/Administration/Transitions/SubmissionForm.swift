import API
import Domain
import Service

extension SubmissionItem: FormValue {}

let submissionAddress = "\(transitionsAddress)/demande"

/// What a contract must have to be submitted.
struct SubmissionForm: SettingForm {
  let visit: Visit
  let terms: SubmissionTerms
  let history: [SubmissionChange]

  static let room = "Circuit du CER"

  static func load(_ visit: Visit) async throws -> SubmissionForm {
    async let showing = visit.services.call(ContractsAPI.showSubmissionTerms)
    async let remembering = visit.services.call(ContractsAPI.listSubmissionChanges, [:], ListChangeQuery(limit: 20))
    return try await SubmissionForm(visit: visit, terms: showing, history: remembering.items)
  }

  var groups: [QuestionGroup<SubmissionDraft>] {
    [
      QuestionGroup(
        .boxes(
          "required", \.required, "Demandé avant de soumettre un contrat",
          SubmissionItem.chosen.map { Choice($0.rawValue, $0.label) }
        ).help("Au moins un objectif est toujours demandé. Le référent voit ce qui manque sur la page du contrat"))
    ]
  }

  var draft: SubmissionDraft { SubmissionDraft(required: terms.required.filter { $0 != .objective }) }
  var version: Int? { terms.version }
  var sending: Sending { Sending("demande", "Enregistrer", cancel: transitionsAddress) }

  var head: PageHead {
    PageHead("Avant de soumettre un contrat", back: Link("Circuit du CER", transitionsAddress))
  }

  func body(_ form: any Piece) -> [any Piece] {
    let entries = history.map { change in
      HistoryEntry(
        French.moment(change.at), who: change.accountName, "Demandé",
        reason: change.required.map(\.label).joined(separator: ", "))
    }
    return [form, Panel.history(entries, untouched: "Tout est demandé.")]
  }

  func save(_ draft: SubmissionDraft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(ContractsAPI.changeSubmissionTerms, [:], draft, version: version)
    return .see(transitionsAddress, saying: "Ce qui est demandé avant de soumettre est enregistré.")
  }
}
