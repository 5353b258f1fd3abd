import API
import Domain
import Foundation
import Service

extension DemoCounty {
  /// What is on offer: an operator with offers of several kinds, open to its own people, and two FSE
  /// operations with their offers, of which one is over.
  struct Offers: Sendable {
    let training: Offer
    let workshop: Offer
    let funded: Offer
    /// Funded too, and open to the operator's people, who fill in its forms.
    let shared: Offer
  }

  func makeOffers() async throws -> Offers {
    line.show("Offres de service…")
    let chief = try await signIn(.chefDeService)
    let manager = try await signIn(.gestionnaireFSE)
    // Participations of the last half-year belong to it, whatever the month.
    let year = today.adding(months: -7).year
    let operation = try await addOperation(
      "FSE \(year)-\(year + 1) : Accompagnement socio-professionnel renforcé", "FSE-\(year)", year, manager)
    let former = try await addOperation(
      "Parcours renforcé FSE \(year - 2)-\(year - 1)", "FSE-\(year - 2)", year - 2, manager)
    let classes = try await chief.call(ServiceName.fse.lists.all)[.offerClass].offered()
    let ordinary = classes.first { !$0.code.contains("fse") }?.code ?? "formation"
    let fundedClass = classes.first { $0.code.contains("fse") }?.code ?? ordinary
    let operators = try await signIn(.operateur)
    let partner = try await chief.call(
      FSEAPI.addOperator, [:],
      OperatorDetails(
        name: "Format’Ardèche", address: "4 avenue de la Gare", postalCode: "07200", commune: "Aubenas",
        phone: "04 75 00 00 00", email: "contact@format-ardeche.example",
        organisation: try await operators.call(IdentityAPI.showMe).organisation?.id, active: true))
    func add(
      _ name: String, _ text: String, of operation: FSEOperation? = nil, hasAttendance: Bool = false,
      isOpen: Bool = true
    ) async throws -> Offer {
      try await chief.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: name, operator: partner.id, classification: operation == nil ? ordinary : fundedClass,
          startsOn: operation?.startsOn ?? first(of: year - 2), endsOn: operation?.endsOn ?? last(of: year + 1),
          needsAttendance: hasAttendance, needsReport: hasAttendance, openToOperator: isOpen,
          description: text,
          operation: operation?.id))
    }
    let training = try await add(
      "Diagnostic formation", "Deux entretiens pour choisir une formation et la financer.")
    _ = try await add(
      "Mobilité : louer un véhicule à bas prix",
      "Location d’un scooter ou d’une voiture pour se rendre à un emploi ou à une formation.")
    let workshop = try await add(
      "Reprendre confiance : un atelier de quatre mois", "Deux matinées par semaine, en petit groupe.",
      hasAttendance: true)
    let funded = try await add(
      "\(operation.name) et individuel", "Opération cofinancée par le Fonds social européen plus.", of: operation,
      isOpen: false)
    let shared = try await add(
      "Suivi renforcé par Format’Ardèche (FSE)", "Un accompagnement par l’opérateur, deux fois par mois.", of: operation
    )
    _ = try await add(former.name, "Opération achevée.", of: former, isOpen: false)
    return Offers(training: training, workshop: workshop, funded: funded, shared: shared)
  }

  /// An operation of two years.
  private func addOperation(
    _ name: String, _ code: String, _ year: Int, _ manager: APIClient
  ) async throws -> FSEOperation {
    let me = try await manager.call(IdentityAPI.showMe)
    return try await manager.call(
      FSEAPI.addOperation, [:],
      FSEOperationDraft(
        name: name, code: code, startsOn: first(of: year), endsOn: last(of: year + 1),
        managers: [me.account.id], objective: "4(1)(h)", questionnaire: nil, entryDays: 28, exitDays: 28,
        incompleteLimit: 35))
  }

  private func first(of year: Int) -> CalendarDate { CalendarDate(year: year, month: 1, day: 1) ?? today }
  private func last(of year: Int) -> CalendarDate { CalendarDate(year: year, month: 12, day: 31) ?? today }
}
