import API
import Domain
import Foundation
import Service

let stepsRoom = Room(rights: [.readDossiers], sections: [stepsSection], blocks: [dueFormsBlock]) { pages in
  addStepPages(to: pages)
  addEvidencePages(to: pages)
  addParticipationPages(to: pages)
}

private let stepsSection = DossierSection(
  "Parcours", path: "parcours", icon: .route, position: 40, isForOperators: true,
  actions: { open in
    open.visit.may(.registerOnOffers)
      ? [Action("Positionner sur une étape", open.address("parcours/nouvelle"), icon: .route, weight: .plain)] : []
  },
  reads: [FSEAPI.listSteps.fullName],
  summary: { open in
    let steps = try await open.visit.services.call(FSEAPI.listSteps, open.path).items
    let current = steps.filter { $0.until.map { $0 >= open.today } ?? true }
    let items = current.prefix(3).map { step in
      Item(
        step.offerName, address: open.address("parcours"), meta: step.period, icon: .route,
        badges: [step.badge(today: open.today)])
    }
    let all = Action("Tout le parcours", open.address("parcours"), weight: .plain)
    let empty = EmptyState("Aucune étape en cours", "Les étapes de la personne s’affichent ici.", icon: .route)
    return [
      Panel("Parcours", count: current.count, actions: [all], [ItemList("Étapes en cours", items, empty: empty)])
    ]
  })

extension Step {
  /// « du 2 mars 2026 au 30 juin 2026 », as it really was as far as it is known.
  var period: String {
    let start = from.map { "du \(French.long($0))" } ?? "prévu du \(French.long(plannedFrom))"
    let end = until.map { "au \(French.long($0))" } ?? "au \(French.long(plannedUntil)) (prévu)"
    return from == nil ? "\(start) au \(French.long(plannedUntil))" : "\(start) \(end)"
  }

  func badge(today: CalendarDate) -> Badge {
    if kind == .positioning { return Badge("Positionnement", .waiting, icon: .clock) }
    if let until, until < today { return Badge("Terminée", .neutral, icon: .check) }
    if let from, from <= today { return Badge("En cours", .done, icon: .route) }
    // Planned for by now, and nothing says that it has begun.
    if from == nil, plannedFrom <= today { return Badge("Début à saisir", .waiting, icon: .clock) }
    return Badge("À venir", .info, icon: .calendar)
  }
}

extension FSEForm {
  var title: String { self == .entry ? "Questionnaire d’entrée" : "Questionnaire de sortie" }
  var word: String { self == .entry ? "entrée" : "sortie" }
}

extension FormStatus {
  /// The dot and its word: « Entrée : à remplir ».
  func badge(_ form: FSEForm, today: CalendarDate) -> Badge {
    let name = form == .entry ? "Entrée" : "Sortie"
    switch state {
    case .green: return Badge("\(name) : complet", .done, icon: .check)
    case .locked: return Badge("\(name) : pas ouvert", .neutral, icon: .lock)
    case .red:
      let isLate = dueOn.map { $0 < today } ?? false
      return Badge("\(name) : \(isLate ? "en retard" : "à remplir")", .late, icon: .alert)
    }
  }

  /// « questionnaire d’entrée attendu le 9 avril 2026 », while it is to be filled in.
  func deadline(_ form: FSEForm) -> String? {
    guard state == .red, let dueOn else { return nil }
    return "\(form.title.lowercased()) attendu le \(French.long(dueOn))"
  }
}

/// The forms that somebody has to fill in, the most urgent first.
private let dueFormsBlock = HomeBlock("Questionnaires FSE à remplir", rights: [.fseForms]) { visit in
  let found = try await visit.services.call(FSEAPI.listDueForms, [:], DueFormQuery(limit: 20))
  guard !found.items.isEmpty else { return HomeContent() }
  let items = found.items.prefix(8).map { due in
    let delay =
      due.daysLeft < 0
      ? Badge("En retard de \(French.count(-due.daysLeft, "jour"))", .late, icon: .alert)
      : Badge("Avant le \(French.long(due.dueOn))", .waiting, icon: .clock)
    return Item(
      due.name, address: questionnaireAddress(due.participation, due.form),
      meta: "\(due.form.title) · \(due.operationName)", icon: .edit, badges: [delay])
  }
  let list = ItemList(
    "Questionnaires FSE à remplir", Array(items),
    empty: EmptyState("Aucun questionnaire", "Rien à remplir.", icon: .check))
  return HomeContent(
    panel: Panel("Questionnaires FSE à remplir", count: found.next == nil ? found.items.count : nil, [list]))
}
