import API
import Domain
import Service

extension Profile: FormValue {}

/// One passage: open or not, whose it is, whether a reason is asked for.
struct TransitionForm: SettingForm {
  let visit: Visit
  let table: ContractTransitions
  /// Where the passage stands in the table.
  let index: Int

  static let room = "Circuit du CER"

  static func load(_ visit: Visit) async throws -> TransitionForm {
    let (table, index) = try await shownTransition(visit)
    return TransitionForm(visit: visit, table: table, index: index)
  }

  private var passage: ContractTransition { table.items[index] }

  var groups: [QuestionGroup<TransitionTerms>] {
    let help = passage.leadOnly ? "Parmi eux, le référent de parcours actuel de la personne seulement" : nil
    return [
      QuestionGroup(
        .box("enabled", \.enabled, "Ce passage est ouvert"),
        .boxes(
          "profiles", \.profiles, "Profils qui peuvent le faire",
          passage.eligible.map { Choice($0.rawValue, $0.label) }
        ).help(help),
        .box("needsReason", \.needsReason, "Demander un motif").help("Il est transmis avec le contrat"))
    ]
  }

  var draft: TransitionTerms { passage.terms }
  var version: Int? { table.version }
  var sending: Sending { Sending("passage", "Enregistrer le passage", cancel: transitionsAddress) }

  var head: PageHead {
    let usual = passage.usual.enabled ? passage.usual.who : "fermé"
    return PageHead(
      passage.label, lead: "De « \(passage.from.label) » à « \(passage.to.label) ». D’origine : \(usual).",
      back: Link("Circuit du CER", transitionsAddress))
  }

  func save(_ draft: TransitionTerms, version: Int?) async throws -> PageAnswer {
    var whole = TransitionsDraft(items: table.items.map { .init(from: $0.from, to: $0.to, terms: $0.terms) })
    whole.items[index].terms = draft
    _ = try await visit.services.call(ContractsAPI.changeTransitions, [:], whole, version: version)
    return .see(transitionsAddress, saying: "Le passage « \(passage.label) » est enregistré.")
  }
}

/// The question before the whole table goes back.
func resetPage(_ visit: Visit) async throws -> PageAnswer {
  let table = try await visit.services.call(ContractsAPI.showTransitions)
  let changed = table.items.filter(\.isChanged)
  guard !changed.isEmpty else {
    return .see(transitionsAddress, saying: "Le circuit est déjà celui d’origine.", tone: .info)
  }
  let question = Confirmation(
    id: "origine", title: "Revenir au circuit d’origine ?",
    consequences: changed.map { passage in
      let usual = passage.usual.enabled ? "de nouveau ouvert à : \(passage.usual.who)" : "de nouveau fermé"
      return "« \(passage.from.label) » vers « \(passage.to.label) » : \(usual)."
    }, reassurance: "L’historique garde ce que vous aviez décidé.", address: "\(transitionsAddress)/origine",
    label: "Revenir au circuit d’origine", values: [HiddenValue("version", String(table.version))],
    back: transitionsAddress)
  let head = PageHead("Circuit d’origine", back: Link("Circuit du CER", transitionsAddress))
  return visit.page(head, .administration, title: "Circuit du CER", [Panel(question.title, [question])])
}

func resetTransitions(_ visit: Visit) async throws -> PageAnswer {
  let table = try await visit.services.call(ContractsAPI.showTransitions)
  let draft = TransitionsDraft(items: table.items.map { .init(from: $0.from, to: $0.to, terms: $0.usual) })
  return try await .acting(at: transitionsAddress, unless: "Le circuit a changé") {
    _ = try await visit.services.call(ContractsAPI.changeTransitions, [:], draft, version: try visit.version)
    return .see(transitionsAddress, saying: "Le circuit est de nouveau celui d’origine.")
  }
}
