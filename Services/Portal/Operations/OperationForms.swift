import API
import Domain
import Foundation
import Service

/// An FSE operation, new or changed.
struct OperationForm: DraftForm {
  let visit: Visit
  /// Nil for a new one.
  let operation: FSEOperation?
  /// Names of those who manage it.
  let managers: [AccountRow]

  static func load(_ visit: Visit) async throws -> OperationForm {
    guard visit.parameters["operation"] != nil else { return OperationForm(visit: visit, operation: nil, managers: []) }
    let id = try visit.id("operation", of: FSEOperation.self)
    let operation = try await visit.services.call(FSEAPI.showOperation, ["operation": id])
    let people = try await visit.services.call(IdentityAPI.listAccounts, [:], AccountQuery(limit: 200)).items
    return OperationForm(
      visit: visit, operation: operation, managers: people.filter { operation.managers.contains($0.id) })
  }

  var groups: [QuestionGroup<FSEOperationDraft>] {
    [
      QuestionGroup(
        .line("name", \.name, "Intitulé", missing: "Donnez l’intitulé de l’opération.")
          .help("Par exemple « FSE 2025-2026 : Accompagnement socio-professionnel »"),
        .line("code", \.code, "Code", width: .medium, missing: "Donnez le code de l’opération."),
        .line("objective", \.objective, "Objectif spécifique", width: .medium).help("Par exemple 4.l")),
      QuestionGroup(
        isPaired: true, .date("startsOn", \.startsOn, "Premier jour", missing: "Indiquez le premier jour."),
        .date("endsOn", \.endsOn, "Dernier jour", missing: "Indiquez le dernier jour.")
          .notBefore("startsOn", \.startsOn, \.endsOn)),
      QuestionGroup(
        "Questionnaires", isPaired: true,
        .number("entryDays", \.entryDays, "Entrée à remplir sous", unit: "jours", most: 3),
        .number("exitDays", \.exitDays, "Sortie à remplir sous", unit: "jours", most: 3),
        .number("incompleteLimit", \.incompleteLimit, "Fiches incomplètes tolérées", unit: "%", most: 3)),
    ]
  }

  var draft: FSEOperationDraft {
    guard let operation else {
      let year = visit.today.year
      return FSEOperationDraft(
        name: "", code: "", startsOn: CalendarDate(year: year, month: 1, day: 1) ?? visit.today,
        endsOn: CalendarDate(year: year, month: 12, day: 31) ?? visit.today)
    }
    return FSEOperationDraft(
      name: operation.name, code: operation.code, startsOn: operation.startsOn, endsOn: operation.endsOn,
      managers: operation.managers, objective: operation.objective, entryDays: operation.entryDays,
      exitDays: operation.exitDays, incompleteLimit: operation.incompleteLimit)
  }

  var version: Int? { operation?.version }

  private var back: Link {
    operation.map { Link($0.name, operationAddress($0.id)) } ?? Link("Opérations FSE", operationsAddress)
  }

  var sending: Sending {
    Sending("operation", operation == nil ? "Ajouter l’opération" : "Enregistrer l’opération", cancel: back.address)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let lead =
      operation == nil
      ? "Vous en serez gestionnaire." : "Gérée par \(managers.map(\.name).joined(separator: ", "))"
    let head = PageHead(
      operation == nil ? "Ajouter une opération FSE" : "Modifier l’opération", lead: lead, back: back)
    return visit.page(head, .offers, notices + [form])
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/operation-existante") ? "code" : nil }

  func save(_ draft: FSEOperationDraft, version: Int?) async throws -> PageAnswer {
    let saved =
      if let operation {
        try await visit.services.call(FSEAPI.changeOperation, ["operation": operation.id], draft, version: version)
      } else { try await visit.services.call(FSEAPI.addOperation, [:], draft, key: visit.key) }
    return .see(operationAddress(saved.id), saying: "L’opération « \(saved.name) » est enregistrée.")
  }
}

/// A funding agreement of an operation, new or changed.
struct AgreementForm: DraftForm {
  let visit: Visit
  let operation: FSEOperation
  /// Nil for a new one.
  let agreement: Agreement?
  let operators: [Operator]

  static func load(_ visit: Visit) async throws -> AgreementForm {
    let id = try visit.id("operation", of: FSEOperation.self)
    async let showing = visit.services.call(FSEAPI.showOperation, ["operation": id])
    async let listing = visit.services.call(FSEAPI.listAgreements, ["operation": id])
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(limit: 200))
    let (operation, agreements, operators) = try await (showing, listing.items, carrying.items)
    guard visit.parameters["agreement"] != nil else {
      return AgreementForm(visit: visit, operation: operation, agreement: nil, operators: operators)
    }
    let asked = try visit.id("agreement", of: Agreement.self)
    guard let agreement = agreements.first(where: { $0.id == asked }) else {
      throw Problem.notFound("Cette convention")
    }
    return AgreementForm(visit: visit, operation: operation, agreement: agreement, operators: operators)
  }

  var groups: [QuestionGroup<AgreementDraft>] {
    [
      QuestionGroup(
        .line("number", \.number, "Numéro", width: .medium, missing: "Donnez le numéro de la convention."),
        .line("name", \.name, "Intitulé", missing: "Donnez l’intitulé de la convention."),
        .list(
          "operator", \.operator, "Opérateur", none: "Le Département lui-même",
          operators.map { Choice($0.id.description, $0.details.name) })),
      QuestionGroup(
        isPaired: true, .date("startsOn", \.startsOn, "Début", missing: "Indiquez le début de la convention."),
        .date("endsOn", \.endsOn, "Fin", missing: "Indiquez la fin de la convention.")
          .notBefore("startsOn", \.startsOn, \.endsOn),
        .number("amount", \.amount, "Montant", unit: "€", most: 10)),
    ]
  }

  var draft: AgreementDraft {
    guard let agreement else {
      return AgreementDraft(number: "", name: "", startsOn: operation.startsOn, endsOn: operation.endsOn)
    }
    return AgreementDraft(
      operator: agreement.operator, number: agreement.number, name: agreement.name, startsOn: agreement.startsOn,
      endsOn: agreement.endsOn, amount: agreement.amount)
  }

  var version: Int? { agreement?.version }
  private var back: String { operationAddress(operation.id) }

  var sending: Sending {
    Sending("convention", agreement == nil ? "Ajouter la convention" : "Enregistrer la convention", cancel: back)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      agreement == nil ? "Ajouter une convention" : "Modifier la convention",
      lead: "L’opération va du \(French.long(operation.startsOn)) au \(French.long(operation.endsOn)).",
      back: Link(operation.name, back))
    return visit.page(head, .offers, notices + [form])
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/convention-existante") ? "number" : nil }

  func save(_ draft: AgreementDraft, version: Int?) async throws -> PageAnswer {
    if let agreement {
      _ = try await visit.services.call(
        FSEAPI.changeAgreement, ["operation": operation.id, "agreement": agreement.id], draft, version: version)
    } else {
      _ = try await visit.services.call(FSEAPI.addAgreement, ["operation": operation.id], draft, key: visit.key)
    }
    return .see(back, saying: "La convention \(draft.number) est enregistrée.")
  }
}
