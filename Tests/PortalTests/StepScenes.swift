import API
import Domain
import Foundation

/// Offers, steps and participations of the tests.
enum StepScene {
  static let step = ID<Step>(UUID(uuid: (10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let funded = ID<Offer>(UUID(uuid: (11, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let plain = ID<Offer>(UUID(uuid: (12, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let session = ID<OfferSession>(UUID(uuid: (13, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let operation = ID<FSEOperation>(UUID(uuid: (14, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let participation = ID<Participation>(UUID(uuid: (15, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  static let address = "\(Scene.address)/parcours"
  static let form = "/participations/\(participation)/questionnaires"

  static func offer(_ id: ID<Offer>, _ name: String, isFunded: Bool) -> Offer {
    Offer(
      id: id, name: name, operator: nil, operatorName: "Tremplin 07", classification: isFunded ? "fse" : "emploi",
      startsOn: Scene.date("2026-01-01"), endsOn: Scene.date("2026-12-31"), active: true, needsPartner: false,
      needsAttendance: false, needsReport: false, usesSessions: !isFunded, openToOperator: false,
      description: "Un accompagnement renforcé", operation: isFunded ? operation : nil,
      operationName: isFunded ? "FSE 2026" : nil,
      sessions: isFunded
        ? []
        : [
          OfferSession(
            id: session, name: "Printemps", startsOn: Scene.date("2026-04-01"), endsOn: Scene.date("2026-06-30"))
        ], version: 6)
  }

  static let offers = [
    offer(plain, "Atelier mobilité", isFunded: false), offer(funded, "Accompagnement global", isFunded: true),
  ]

  static func made(_ kind: Step.Kind = .step, version: Int = 2) -> Step {
    Step(
      id: step, dossier: Scene.dossier, offer: funded, offerName: "Accompagnement global", classification: "fse",
      session: nil, partner: nil, operatorName: "Tremplin 07", kind: kind, plannedFrom: Scene.date("2026-02-01"),
      plannedUntil: Scene.date("2026-07-31"), from: kind == .step ? Scene.date("2026-02-02") : nil, until: nil,
      endReason: nil, comment: nil, operation: operation, participation: kind == .step ? participation : nil,
      registeredBy: PortalUnderTest.account, registeredByName: "DURAND-VASSEUR Patricia",
      registeredAt: PortalUnderTest.moment, version: version)
  }

  static func taken(exit: FormStatus.State = .locked, isEnded: Bool = false) -> Participation {
    Participation(
      id: participation, dossier: Scene.dossier, step: step, operation: operation, operationName: "FSE 2026",
      from: Scene.date("2026-02-02"), until: Scene.date(isEnded ? "2026-03-12" : "2026-12-31"), entries: 1,
      isEnded: isEnded,
      proposedUntil: nil, entry: status(.red), exit: status(exit), version: 7)
  }

  static func status(_ state: FormStatus.State) -> FormStatus {
    FormStatus(
      state: state, lockedBecause: state == .locked ? "Saisissez d’abord la fin de la participation." : nil,
      dueOn: state == .red ? Scene.date("2026-03-02") : nil, completedAt: nil)
  }

  static func sheet(_ form: FSEForm = .entry, locked: Bool = false, missing: [String] = []) -> FormSheet {
    let yesNo = [FormChoice(code: "O", label: "Oui"), FormChoice(code: "N", label: "Non")]
    let questions = [
      FormQuestion(code: "E00", label: "Date de recueil", kind: .date),
      FormQuestion(code: "E04", label: "Occupez-vous un emploi ?", kind: .choice, choices: yesNo),
      FormQuestion(
        code: "E05", label: "Type d’emploi", kind: .choice, choices: yesNo,
        when: [FormCondition(question: "E04", among: ["O", "P"])]),
      FormQuestion(code: "E13", label: "Aides", kind: .multiple, choices: yesNo),
    ]
    return FormSheet(
      participation: participation, dossier: Scene.dossier, form: form,
      questionnaire: Questionnaire(version: 1, form: form, title: "Questionnaire d’entrée", questions: questions),
      answers: [:], suggested: ["E00": .string("2026-03-12"), "E04": .string("N")], visible: [], missing: missing,
      status: status(locked ? .locked : .red), version: 0)
  }

  static func overlap(offering: Bool = true) throws -> Problem {
    .conflict(
      "chevauchement-fse", "Ce dossier est déjà inscrit sur une offre FSE à ces dates.",
      detail: "Il est inscrit sur « Accompagnement global ».",
      offer: offering
        ? try JSONValue(
          encoding: ShorteningOffer(
            step: step, version: 2, offerName: "Accompagnement global", shortenTo: Scene.date("2026-03-31"))) : nil)
  }

  static func serve(_ services: FakeServices) {
    Scene.open(services)
    services.serve(FSEAPI.listOffers, Page(items: offers))
    services.serve(FSEAPI.listOperators, Page(items: []))
    services.serve(FSEAPI.listOperations, Page(items: []))
    services.serve(IdentityAPI.listTerritories, Page(items: []))
    services.serve(FSEAPI.showOffer) { call in
      guard let offer = offers.first(where: { $0.id.description == call.parameters["offer"] }) else {
        throw Problem.notFound("Cette offre")
      }
      return offer
    }
    services.serve(
      ServiceName.fse.lists.all,
      [
        CountyList(
          name: .offerClass,
          entries: [
            ListEntry(code: "fse", label: "FSE", position: 1), ListEntry(code: "emploi", label: "Emploi", position: 2),
          ]),
        CountyList(
          name: .endReason, entries: [ListEntry(code: "terminee", label: "Étape menée à son terme", position: 1)]),
      ])
    services.serve(FSEAPI.listSteps, Page(items: [made()]))
    services.serve(ContractsAPI.listObjectives, Page(items: []))
    services.serve(FSEAPI.listParticipations, Page(items: [taken()]))
    services.serve(FSEAPI.showParticipation, taken())
    services.serve(FSEAPI.showStep, made())
  }
}
