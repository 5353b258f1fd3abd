import API
import Domain
import Service

/// One passage: open or not, whose it is, whether a reason is asked for.
///
/// - Parameter typed: nil for the passage as it is.
func transitionForm(
  _ visit: Visit, _ passage: ContractTransition, _ typed: TransitionTerms?, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) -> PageAnswer {
  let terms = typed ?? passage.terms
  let profiles = passage.eligible.map {
    Choice($0.rawValue, $0.label, isChosen: terms.profiles.contains($0))
  }
  let usual = passage.usual.enabled ? passage.usual.who : "fermé"
  let help = passage.leadOnly ? "Parmi eux, le référent de parcours actuel de la personne seulement" : nil
  let form = Form(
    id: "passage", address: passage.address,
    groups: [
      FieldGroup(fields: [
        .checkbox(
          "enabled", "Ce passage est ouvert", isChecked: terms.enabled, faults.common("enabled", isRequired: false)),
        .checkboxes(
          "profiles", "Profils qui peuvent le faire", profiles, faults.common("profiles", help: help)
        ),
        .checkbox(
          "needsReason", "Demander un motif", isChecked: terms.needsReason,
          faults.common("needsReason", help: "Il est transmis avec le contrat", isRequired: false)),
      ])
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer le passage",
    cancel: Link("Annuler", transitionsAddress))
  let head = PageHead(
    passage.label, lead: "De « \(passage.from.label) » à « \(passage.to.label) ». D’origine : \(usual).",
    back: Link("Circuit du CER", transitionsAddress))
  return visit.page(
    head, .administration, title: "Circuit du CER", notices + faults.general + [form]
  ).with(faults)
}

func saveTransition(_ visit: Visit) async throws -> PageAnswer {
  let (table, index) = try await shownTransition(visit)
  let version = try visit.version
  let passage = table.items[index]
  let terms = TransitionTerms(
    profiles: visit.form.all("profiles").compactMap(Profile.init), needsReason: visit.form["needsReason"] == "oui",
    enabled: visit.form["enabled"] == "oui")
  var draft = TransitionsDraft(items: table.items.map { .init(from: $0.from, to: $0.to, terms: $0.terms) })
  draft.items[index].terms = terms
  do {
    _ = try await visit.services.call(ContractsAPI.changeTransitions, [:], draft, version: version)
    return .see(transitionsAddress, saying: "Le passage « \(passage.label) » est enregistré.")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Le circuit a changé entre-temps",
      "Votre saisie est conservée : vérifiez-la à la lumière du circuit actuel, puis enregistrez.", .waiting)
    return transitionForm(visit, passage, terms, version: table.version, FormFaults(), notices: [notice])
      .with(status: 412)
  } catch var problem as Problem {
    // The service names the passage's place in the table; here there is one.
    problem.faults = problem.faults?.map { fault in
      Fault(fault.field == "items.\(index).terms.profiles" ? "profiles" : fault.field, fault.code, fault.message)
    }
    return transitionForm(
      visit, passage, terms, version: version, try FormFaults(problem, fields: ["enabled", "profiles", "needsReason"]))
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
  do {
    _ = try await visit.services.call(ContractsAPI.changeTransitions, [:], draft, version: try visit.version)
    return .see(transitionsAddress, saying: "Le circuit est de nouveau celui d’origine.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(transitionsAddress, saying: "Le circuit a changé entre-temps : le voici.", tone: .waiting)
  }
}
