import API
import Domain
import Foundation
import Service

func addContractPages(to pages: Pages) {
  pages.get("contrats/{contract}", rights: [.readDossiers]) { visit in try await contractPage(visit) }
  pages.get("contrats/{contract}/document", rights: [.readDossiers]) { visit in try await document(visit) }
  pages.get("contrats/{contract}/modifications", rights: [.readDossiers]) { visit in
    try await contractChangesPage(visit)
  }
  pages.form("contrats/{contract}/modifier", rights: [.draftContracts], RevisionForm.self)
  pages.get("contrats/{contract}/suppression", rights: [.draftContracts]) { visit in
    let held = try await OpenContract.load(visit)
    return held.open.page(asking: held.removal, in: "contrats")
  }
  pages.post("contrats/{contract}/suppression", rights: [.draftContracts]) { visit in try await remove(visit) }
}

private func contractPage(_ visit: Visit) async throws -> PageAnswer {
  let held = try await OpenContract.load(visit)
  let documents = await held.documents()
  let others = [held.signing, held.sheet.models.first.map(held.printing)].compactMap(\.self)
  let head = PageHead(
    held.name, lead: contractPeriod(held.contract.startsOn, held.contract.endsOn),
    back: Link("Contrats", held.open.address("contrats")), badges: [held.contract.state.badge],
    actions: held.moves + others)
  var body: [any Piece] = [held.sheet.stages]
  body += held.notices
  if held.contract.decision != nil || held.may(.decision) || !held.contract.noteForReferent.isEmpty {
    body.append(held.decisionPanel)
  }
  body += [held.draftPanel, held.objectivesPanel, held.consentPanel, held.documentsPanel]
  if let documents { body += held.paperPanels(documents) }
  body.append(Panel("Historique", actions: [held.fieldHistory], [held.history]))
  return held.open.page(head, in: "contrats", body)
}

extension OpenContract {
  /// Where every field is told as it was.
  fileprivate var fieldHistory: Action {
    Action("Champ par champ", address("modifications"), icon: .history, weight: .plain)
  }

  /// What stands between this contract and its next state.
  fileprivate var notices: [Notice] {
    guard may(.draft) else { return [] }
    var told: [Notice] = []
    if !sheet.missing.isEmpty {
      let lacking = sheet.missing.map(\.label).joined(separator: ", ")
      told.append(
        Notice(
          "Il manque encore, avant de soumettre le contrat :", "\(lacking).", .waiting,
          actions: sheet.missing.map(completing)))
    }
    if contract.consent == .no {
      told.append(Notice("La personne n’est pas d’accord avec ce contrat.", "Son avis figure ci-dessous.", .late))
    }
    return told
  }

  /// Where a missing item is filled in.
  private func completing(_ item: SubmissionItem) -> Action {
    switch item {
    case .agreement: Action("Recueillir l’accord", address("accord"))
    case .situation: Action("Décrire la situation", "\(address("modifier"))#champ-situation")
    case .end: Action("Indiquer la fin", "\(address("modifier"))#champ-endsOn")
    case .objective: Action("Ajouter un objectif", address("objectifs/nouveau"))
    }
  }

  fileprivate var removal: Confirmation {
    Confirmation(
      id: "supprimer", title: "Supprimer ce contrat ?",
      consequences: ["Le \(name) et ses objectifs disparaissent du dossier."],
      reassurance: "Un contrat qui a été soumis ne se supprime pas.", address: address("suppression"),
      label: "Supprimer le contrat", isDangerous: true, values: [version], back: address())
  }

  fileprivate var draftPanel: Panel {
    let actions =
      may(.draft)
      ? [
        Action("Modifier", address("modifier"), icon: .edit, weight: .plain),
        Action("Supprimer", address("suppression"), icon: .trash, weight: .plain, confirmation: removal),
      ] : []
    let priority = contract.priority.map { lists[.contractPriority].label(of: $0) }
    var facts = [
      Fact("Début", French.long(contract.startsOn)),
      Fact("Fin", contract.endsOn.map(French.long) ?? "sans date de fin", source: endChange),
      Fact("Élaboré le", contract.signedOn.map(French.long)), Fact("Référent", contract.authorName),
      Fact("Priorité", priority), Fact("Activité", contract.targetHours.map { "\($0) heures par semaine" }),
      Fact("Situation", filled(contract.situation)), Fact("Évaluation", filled(contract.evaluation)),
      Fact("Ce que la personne veut dire", filled(contract.expression)),
      Fact("Commentaire pour le service", filled(contract.comment)),
    ]
    if contract.lastContract { facts.append(Fact("Renouvellement", "C’est le dernier contrat.")) }
    return Panel("Contenu", actions: actions, [Facts(facts)])
  }

  /// Nil for an empty text, which is then shown as empty.
  private func filled(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// The end that the référent proposed, and who gave the contract another.
  private var endChange: String? {
    guard let name = contract.endChangedByName, let moment = contract.endChangedAt else { return nil }
    let proposed = contract.proposedEnd.map { "le \(French.long($0))" } ?? "sans date de fin"
    return "proposée : \(proposed) ; changée par \(name) le \(French.long(CalendarDate(moment)))"
  }

  fileprivate var objectivesPanel: Panel {
    let mayEdit = may(.objectives)
    let items = sheet.objectives.map { objective in
      let due = objective.dueOn.map { "avant le \(French.long($0))" }
      let referent = objective.referentDoes.isEmpty ? nil : "Référent : \(objective.referentDoes)"
      let step = objective.step.map { _ in "Étape : \(objective.stepName ?? "hors de votre portée")" }
      return Item(
        objective.themeLabel, text: "La personne : \(objective.personDoes)",
        meta: [referent, due, step].compactMap { $0 }.joined(separator: " · "), icon: .flag,
        actions: mayEdit
          ? [
            Action("Modifier", address("objectifs/\(objective.id)"), weight: .plain),
            Action(
              "Retirer", address("objectifs/\(objective.id)/suppression"), weight: .plain,
              confirmation: removal(of: objective)),
          ] : [])
    }
    let add = Action("Ajouter un objectif", address("objectifs/nouveau"), icon: .plus, weight: .plain)
    let empty = EmptyState("Aucun objectif", "Un contrat en comporte au moins un.", icon: .flag)
    return Panel(
      "Objectifs", id: "objectifs", count: items.count, actions: mayEdit ? [add] : [],
      [ItemList("Objectifs du contrat", items, empty: empty)])
  }

  fileprivate var consentPanel: Panel {
    let ask = Action(
      contract.consent == .none ? "Recueillir l’accord" : "Modifier l’accord", address("accord"), icon: .signature,
      weight: .plain)
    let facts = Facts([
      Fact("Accord de la personne", nil, badge: contract.consent.badge),
      Fact("Recueilli", contract.consentAt.map { "le \(French.moment($0))" } ?? "pas encore"),
    ])
    return Panel("Accord", actions: may(.consent) ? [ask] : [], [facts])
  }

  fileprivate var decisionPanel: Panel {
    let fill = Action("Remplir la décision", address("decision"), icon: .edit, weight: .plain)
    let facts = [
      Fact("Décision", contract.decision?.label),
      Fact("Date", contract.decidedOn.map(French.long)), Fact("Par", contract.decidedByName),
      Fact("Commentaire", contract.decisionComment), Fact("Note pour le référent", contract.noteForReferent),
    ].filter { $0.value?.isEmpty == false }
    let body: [any Piece] =
      facts.isEmpty ? [Paragraph("Rien n’est encore rempli.", isMuted: true)] : [Facts(facts)]
    return Panel("Décision", actions: may(.decision) ? [fill] : [], body)
  }

  private func file(_ model: OfferedModel, _ format: LetterFormat) -> String {
    Address(address("document"), ["model": model.code, "format": format.rawValue]).text
  }

  fileprivate func printing(_ model: OfferedModel) -> Action {
    Action("Imprimer (PDF)", file(model, .pdf), icon: .print)
  }

  /// Only the models that the state allows and the person may print.
  fileprivate var documentsPanel: Panel {
    let items = sheet.models.map { model in
      Item(
        model.label, icon: .file,
        actions: [
          Action("Imprimer (PDF)", file(model, .pdf), icon: .print, weight: .plain),
          Action("Word", file(model, .docx), icon: .download, weight: .plain),
        ])
    }
    let empty = EmptyState(
      "Aucun document", "Votre profil ne produit pas de document de ce contrat dans cet état.", icon: .file)
    return Panel("Documents", [ItemList("Documents du contrat", items, empty: empty)])
  }

  fileprivate var history: History {
    History(
      sheet.history.reversed().map { change in
        let what = change.from == nil ? "Contrat élaboré" : "Passage à « \(change.to.label) »"
        let tone: Tone = change.to == .accepted ? .done : change.to == .refused ? .late : .neutral
        return HistoryEntry(French.moment(change.at), who: change.byName, what, reason: change.reason, tone)
      })
  }
}

private func document(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  let format = visit.query["format"].flatMap(LetterFormat.init(rawValue:)) ?? .pdf
  let print = ContractPrint(model: visit.query["model"], format: format)
  let file = try await visit.services.open(ContractsAPI.printContract, ["contract": id], print)
  return PageAnswer(.file(file, isShown: format == .pdf))
}

private func remove(_ visit: Visit) async throws -> PageAnswer {
  let held = try await OpenContract.load(visit)
  _ = try await visit.services.call(ContractsAPI.removeContract, held.path, version: try visit.version)
  return .see(held.open.address("contrats"), saying: "Le \(held.name) est supprimé.")
}
