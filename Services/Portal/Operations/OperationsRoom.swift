import API
import Domain
import Foundation
import Service

let operationsRoom = Room(rights: [.manageOperations, .fseForms]) { pages in
  let reading: [Right] = [.manageOperations, .fseForms]
  pages.get("operations", rights: reading) { visit in try await operationsPage(visit) }
  pages.form("operations/nouvelle", rights: [.manageOperations], OperationForm.self)
  pages.get("operations/{operation}", rights: reading) { visit in try await operationPage(visit) }
  addOperationExportPages(to: pages)
  pages.form("operations/{operation}/modifier", rights: [.manageOperations], OperationForm.self)
  pages.form("operations/{operation}/conventions/nouvelle", rights: [.manageOperations], AgreementForm.self)
  pages.form("operations/{operation}/conventions/{agreement}", rights: [.manageOperations], AgreementForm.self)
  pages.post("operations/{operation}/conventions/{agreement}/suppression", rights: [.manageOperations]) { visit in
    let operation = try visit.id("operation", of: FSEOperation.self)
    let agreement = try visit.id("agreement", of: Agreement.self)
    _ = try await visit.services.call(
      FSEAPI.deleteAgreement, ["operation": operation, "agreement": agreement])
    return .see(operationAddress(operation), saying: "La convention est supprimée.")
  }
}

let operationsAddress = "/operations"
func operationAddress(_ id: ID<FSEOperation>) -> String { "\(operationsAddress)/\(id)" }

extension FSEOperation {
  func badge(today: CalendarDate) -> Badge {
    if endsOn < today { return Badge("Finie", .neutral, icon: .check) }
    if startsOn > today { return Badge("À venir", .info, icon: .calendar) }
    return Badge("En cours", .done, icon: .check)
  }

  fileprivate var period: String { "du \(French.long(startsOn)) au \(French.long(endsOn))" }

  fileprivate func isManaged(by visit: Visit) -> Bool {
    visit.may(.manageOperations) && managers.contains(visit.person.seat)
  }
}

private func operationsPage(_ visit: Visit) async throws -> PageAnswer {
  let operations = try await visit.services.call(FSEAPI.listOperations).items
  let rows = operations.map { operation in
    Row(
      id: operation.id.description, address: operationAddress(operation.id), name: operation.name,
      [
        Cell(operation.name, detail: operation.code), Cell(operation.period), Cell(operation.objective ?? "—"),
        Cell(operation.badge(today: visit.today)),
      ])
  }
  let table = Table(
    id: "operations", caption: "Opérations FSE",
    columns: [Column("Opération"), Column("Dates"), Column("Objectif", isSecondary: true), Column("État")], rows: rows,
    count: French.count(rows.count, "opération"),
    empty: EmptyState(
      "Aucune opération", "Le gestionnaire FSE les ajoute ici, puis les offres s’y rattachent.", icon: .euro))
  let add = Action("Ajouter une opération", "\(operationsAddress)/nouvelle", icon: .plus, weight: .primary)
  let head = PageHead(
    "Opérations FSE", lead: "Ce que le Fonds social européen finance, et pour qui.", back: Link("Offres", "/offres"),
    actions: visit.may(.manageOperations) ? [add] : [])
  return visit.page(head, .offers, [table])
}

/// An operation with its agreements, the offers that it carries and, for those who manage it, how complete it is.
private func operationPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("operation", of: FSEOperation.self)
  async let showing = visit.services.call(FSEAPI.showOperation, ["operation": id])
  async let agreeing = visit.services.call(FSEAPI.listAgreements, ["operation": id])
  async let carrying = visit.services.call(FSEAPI.listOffers, [:], OfferQuery(operation: id, limit: 100))
  let (operation, agreements, offers) = try await (showing, agreeing.items, carrying.items)
  let isManaged = operation.isManaged(by: visit)
  var body: [any Piece] = []
  if isManaged { body += try await followUp(of: operation, visit) }
  body.append(Panel("Opération", [facts(operation)]))
  let add = Action(
    "Ajouter une convention", "\(operationAddress(id))/conventions/nouvelle", icon: .plus, weight: .plain)
  body.append(
    Panel(
      "Conventions", count: agreements.count, actions: isManaged ? [add] : [],
      [agreementTable(agreements, operation, isManaged: isManaged)]))
  body.append(Panel("Offres portées", count: offers.count, [offerTable(offers, today: visit.today)]))
  let edit = Action("Modifier", "\(operationAddress(id))/modifier", icon: .edit)
  let indicators = Action("Indicateurs et export", "\(operationAddress(id))/indicateurs", icon: .chart)
  let head = PageHead(
    operation.name, lead: operation.period, back: Link("Opérations FSE", operationsAddress),
    badges: [operation.badge(today: visit.today)], actions: isManaged ? [indicators, edit] : [])
  return visit.page(head, .offers, body)
}

private func facts(_ operation: FSEOperation) -> Facts {
  Facts([
    Fact("Code", operation.code), Fact("Objectif spécifique", operation.objective),
    Fact("Questionnaire d’entrée", "à remplir sous \(French.count(operation.entryDays, "jour"))"),
    Fact("Questionnaire de sortie", "à remplir sous \(French.count(operation.exitDays, "jour"))"),
    Fact("Version des questionnaires", String(operation.questionnaire)),
  ])
}

private func agreementTable(_ agreements: [Agreement], _ operation: FSEOperation, isManaged: Bool) -> Table {
  let rows = agreements.map { agreement in
    let address = "\(operationAddress(operation.id))/conventions/\(agreement.id)"
    let acts =
      isManaged
      ? [
        Action("Modifier", address, weight: .plain),
        Action("Supprimer", "\(address)/suppression", weight: .plain, posts: true),
      ] : []
    return Row(
      id: agreement.id.description, name: agreement.number,
      [
        Cell(agreement.number, detail: agreement.name), Cell(agreement.operatorName ?? "Le Département"),
        Cell("\(French.short(agreement.startsOn)) → \(French.short(agreement.endsOn))"),
        Cell(agreement.amount.map { "\(French.number($0)) €" } ?? "—"), Cell(actions: acts),
      ])
  }
  return Table(
    id: "conventions", caption: "Conventions",
    columns: [
      Column("Convention"), Column("Opérateur"), Column("Dates", isSecondary: true),
      Column("Montant", isNumber: true, isSecondary: true), Column("Actions", isTitleHidden: true),
    ], rows: rows,
    empty: EmptyState("Aucune convention", "Les conventions de l’opération s’affichent ici.", icon: .signature))
}

private func offerTable(_ offers: [Offer], today: CalendarDate) -> ItemList {
  let items = offers.map { offer in
    Item(
      offer.name, address: "/offres/\(offer.id)", meta: offer.period, icon: .briefcase,
      badges: [offer.badge(today: today)])
  }
  return ItemList(
    "Offres portées par l’opération", items,
    empty: EmptyState(
      "Aucune offre", "Une offre s’y rattache dans sa fiche, au champ « Opération FSE ».", icon: .briefcase))
}

/// How complete the participants' sheets are, and the forms due.
private func followUp(of operation: FSEOperation, _ visit: Visit) async throws -> [any Piece] {
  async let measuring = visit.services.call(FSEAPI.showCompleteness, ["operation": operation.id])
  async let owing = visit.services.call(
    FSEAPI.listDueForms, [:],
    DueFormQuery(operation: operation.id, daysLeft: DueStage(visit)?.daysLeft, limit: 50))
  let (completeness, due) = try await (measuring, owing.items)
  let limit = completeness.limit
  let notice =
    completeness.withinLimit
    ? Notice(
      "\(completeness.incompleteShare) % de fiches incomplètes", "Sous la limite de \(limit) %.", .done)
    : Notice(
      "\(completeness.incompleteShare) % de fiches incomplètes",
      "Au-delà de \(limit) %, le Département risque une correction financière. Faites remplir les questionnaires dus.",
      .late)
  let facts = Facts([
    Fact("Participants", String(completeness.participants)),
    Fact("Entrées complètes", String(completeness.entryComplete)),
    Fact("Sorties attendues", String(completeness.exitDue)),
    Fact("Sorties complètes", String(completeness.exitComplete)),
    Fact("Fiches incomplètes hors délai", String(completeness.incomplete)),
    Fact("Fiches à remplir, dans les délais", String(completeness.awaited)),
    Fact("Sans téléphone ni courriel", String(completeness.withoutContact)),
  ])
  let rows = due.map { form in
    Row(
      id: "\(form.participation)-\(form.form.rawValue)", address: questionnaireAddress(form.participation, form.form),
      name: form.name, mark: form.daysLeft < 0 ? .late : .waiting,
      [
        Cell(form.name, detail: "n° \(form.number)"), Cell(form.form.title), Cell(form.stage),
        Cell(French.short(form.dueOn)),
      ])
  }
  let table = Table(
    id: "dus", caption: "Questionnaires dus",
    columns: [
      Column("Personne"), Column("Questionnaire"), Column("Échéance"), Column("Au plus tard", isSecondary: true),
    ], rows: rows, count: French.count(rows.count, "questionnaire affiché", "questionnaires affichés"),
    empty: EmptyState("Aucun questionnaire dû", "Tout est rempli.", icon: .check))
  let tabs = Tabs("Échéances", DueStage.links(of: operation, visit))
  return [notice, Panel("Complétude", [facts]), Panel("Questionnaires dus", count: rows.count, [tabs, table])]
}

/// Which of the forms due are shown: those that passed a warning, or their last day (J+28).
private enum DueStage: String, CaseIterable {
  case fortnight = "j15"
  case warning = "j25"
  case late = "retard"

  init?(_ visit: Visit) { self.init(rawValue: visit.query["echeance"] ?? "") }

  var daysLeft: Int {
    switch self {
    case .fortnight: 13
    case .warning: 3
    case .late: -1
    }
  }

  private var label: String {
    switch self {
    case .fortnight: "J+15 dépassé"
    case .warning: "J+25 dépassé"
    case .late: "En retard (J+28)"
    }
  }

  static func links(of operation: FSEOperation, _ visit: Visit) -> [Link] {
    let (address, chosen) = (operationAddress(operation.id), DueStage(visit))
    return [Link("Tous", address, isCurrent: chosen == nil)]
      + allCases.map {
        Link($0.label, Address(address, ["echeance": $0.rawValue]).text, isCurrent: $0 == chosen)
      }
  }
}

extension DueForm {
  /// How far its delay is: the first fortnight, then each warning, then late.
  fileprivate var stage: Badge {
    if daysLeft < 0 { return Badge("En retard de \(French.count(-daysLeft, "jour"))", .late, icon: .alert) }
    if daysLeft <= 3 { return Badge("J+25 dépassé", .late, icon: .alert) }
    if daysLeft <= 13 { return Badge("J+15 dépassé", .waiting, icon: .clock) }
    return Badge("Dans les délais", .neutral, icon: .clock)
  }
}
