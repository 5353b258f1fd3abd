import API
import Domain
import Service
import TestSupport
import Testing

/// Every identifier that a body can name is checked: that it exists, belongs, and is reached. Whoever adds one adds it
/// here, with the test that refuses an invented one at its field.
extension InterfaceTests {
  /// Those of each service, `operation.field`, refused by the `ReferenceTests` of the service unless another is named.
  static let identifiers: [ServiceName: String] = [
    // Moves take each contract by itself: one out of reach is refused in its row (`MovingTests`).
    .contracts: "addObjective.step reviseObjective.step linkObjective.step moveContracts.contracts",
    // Letters for a selection are refused in their rows (`LetterTests`). Of the persons ticked, those out of reach are
    // left out (`SelectionTests`).
    // Batches take each dossier by itself: one out of reach is refused in its row (`ExitBatchTests`). `account` is refused
    // by `StepReferentTests`, `targets` by `TransferTests`; a filter that names nobody finds nobody; steps by
    // `SideDataTests`.
    .dossiers: """
    addNote.assignee saveSearch.search.lead saveSearch.search.organisation saveSearch.search.territory
    changeSavedSearch.search.lead changeSavedSearch.search.organisation changeSavedSearch.search.territory
    saveSearch.search.selection changeSavedSearch.search.selection saveSearch.dossiers changeSavedSearch.dossiers
    setListView.opensWith nameStepReferent.account transferCaseload.targets cancelExits.dossiers
    decideProposedExits.dossiers decideProposedExits.filter.lead decideProposedExits.appointments.colleague
    decideProposedExit.appointments.colleague recordExit.appointments.colleague addSideDatum.step changeSideDatum.step orderLetters.dossiers
    addNotes.dossiers addNotes.note.assignee startStandbys.dossiers nameStepReferents.dossiers
    nameStepReferents.referent.account exportDossiers.search.lead exportDossiers.search.organisation
    exportDossiers.search.territory exportDossiers.search.selection
    """,
    .fse: """
    register.offer register.session register.partner convertPositioning.session convertPositioning.partner
    changeStep.session changeStep.partner addOffer.operator addOffer.operation addOffer.sessions.id
    changeOffer.operator changeOffer.operation changeOffer.sessions.id addOperation.managers
    changeOperation.managers addOperator.organisation changeOperator.organisation addOffer.partners
    changeOffer.partners addOffer.territories changeOffer.territories addAgreement.operator changeAgreement.operator
    enrolOnOffer.dossiers enrolOnOffer.session enrolOnOffer.partner enrolInGathering.dossiers
    inviteToGathering.gathering
    """,
    // Refused by `AdministrationTests`, `SessionTests`, `StructureTests` and `DelegationTests`. `keepForm.id` is the page's
    // own choice: another account's is left as it is (`KeptFormTests`).
    .identity: """
    addAccount.organisation addAccount.profiles.organisation addAccount.profiles.territories
    changeAccount.organisation changeAccount.profiles.organisation changeAccount.profiles.territories
    switchProfile.accountProfile addAccessToken.profile addDelegation.replacement addAccountDelegation.replacement
    addOrganisation.territory changeOrganisation.territory keepForm.id
    """,
    // Refused by `ReportTests`.
    .insight: "exportReport.structure",
    // A dossier of a meeting and an appointment of its sheet are refused in their row (`MeetingTests`).
    .scheduling: """
    bookAppointment.agent bookAppointment.place bookAppointment.step changeAppointment.agent changeAppointment.place
    changeAppointment.step bookBatch.dossiers bookBatch.appointment.agent bookBatch.appointment.place
    bookBatch.appointment.step addPlace.territory changePlace.territory shareAgenda.sharedWith
    planMeeting.dossiers planMeeting.appointment.agent planMeeting.appointment.place planMeeting.appointment.step
    recordAttendance.rows.appointment addAttendees.dossiers
    """,
  ]

  @Test("knows of every identifier in a body which test refuses an invented one", arguments: ServiceName.allCases)
  func identifiers(name: ServiceName) async throws {
    try await Self.run(name) { service in
      let found = service.endpoints.flatMap { endpoint -> [String] in
        guard endpoint.bodyType != nil, case .json(let schema) = endpoint.input else { return [] }
        return Self.identifiers(in: schema, at: endpoint.name)
      }
      let known = Set((Self.identifiers[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
      #expect(Set(found).subtracting(known) == [])
      #expect(known.subtracting(found) == [])
    }
  }

  private static func identifiers(in schema: Schema, at place: String) -> [String] {
    switch schema {
    case .string(format: "uuid", _, _, _): [place]
    case .array(let item, _), .map(let item): identifiers(in: item, at: place)
    case .object(_, let properties): properties.flatMap { identifiers(in: $0.schema, at: "\(place).\($0.name)") }
    default: []
    }
  }
}
