import API
import Domain
import Foundation
import Service

extension DemoCounty {
  /// Appointments, contracts in each state, steps and a standby on the first dossiers of one référent's caseload;
  /// MARTIN Léa is left alone, for whoever wants to play her story.
  func makeLife(_ offers: Offers) async throws {
    line.show("Ce qui se passe aujourd’hui…")
    let referent = try await signIn(.referent)
    let caseload = try await self.caseload(of: referent)
    guard caseload.count >= 12 else { throw DemoError("the caseload of the demonstration is too small") }
    try await makePlaces()
    try await bookAppointments(caseload, referent)
    try await makeContracts(caseload, referent)
    try await register(caseload, offers, signIn(.referent, acting: .referentFSE))
    _ = try await referent.call(
      DossiersAPI.startStandby, ["dossier": caseload[10].id],
      StandbyDraft(from: today, until: today.adding(days: 60), reason: "contrat_aide", comment: "CDDI de six mois."))
    _ = try await referent.call(
      DossiersAPI.addNote, ["dossier": caseload[11].id],
      NoteDraft(text: "Préfère être appelée le matin.", audience: .public))
    try await fillFiles(caseload, referent)
  }

  private func makePlaces() async throws {
    let administrator = try await signIn(.administrateur)
    for (name, address) in [
      ("CMS Privas", "2 bis rue de la Recluse, 07000 Privas"),
      ("Maison France Services", "12 place du Foiral, 07000 Privas"),
    ] {
      _ = try await administrator.call(SchedulingAPI.addPlace, [:], PlaceDraft(name: name, address: address))
    }
  }

  /// Working days from today on, an appointment on each at nine, ten and two o'clock.
  private func bookAppointments(_ caseload: [DossierRow], _ referent: APIClient) async throws {
    let lists = try await referent.call(ServiceName.scheduling.lists.all)
    let themes = lists[.appointmentTheme].offered()
    let places = try await referent.call(SchedulingAPI.listPlaces)
    guard let kind = lists[.appointmentKind].offered().first?.code else {
      throw DemoError("no kind of appointment is known")
    }
    var day = today.adding(days: 1)
    for (index, dossier) in caseload.prefix(9).enumerated() {
      while day.weekday > 5 { day = day.adding(days: 1) }
      let hour = [9, 10, 14][index % 3]
      _ = try await referent.call(
        SchedulingAPI.bookAppointment, ["dossier": dossier.id],
        AppointmentDraft(
          kind: kind, theme: themes.isEmpty ? nil : themes[index % themes.count].code,
          place: places.isEmpty ? nil : places[index % places.count].id, startsAt: day.moment(hour: hour), minutes: 45,
          reminder: true))
      if index % 3 == 2 { day = day.adding(days: 1) }
    }
  }

  /// One in each state.
  private func makeContracts(_ caseload: [DossierRow], _ referent: APIClient) async throws {
    let secretariat = try await signIn(.secretariatDispositif)
    let chief = try await signIn(.chefDeService)
    let theme = try await contractTheme(referent)
    for (dossier, fate) in zip(caseload, DemoContract.allCases) {
      let ways = fate.ways(referent: referent, service: secretariat, chief: chief)
      try await makeContract(dossier, on: today, about: theme, ways: ways, referent)
    }
  }

  private func register(_ caseload: [DossierRow], _ offers: Offers, _ referent: APIClient) async throws {
    for (index, dossier) in caseload.dropFirst(3).prefix(4).enumerated() {
      let offer = index % 2 == 0 ? offers.funded : offers.training
      _ = try await referent.call(
        FSEAPI.register, ["dossier": dossier.id],
        StepDraft(
          offer: offer.id, kind: .step, plannedFrom: today.adding(days: -7), plannedUntil: today.adding(months: 6),
          from: today.adding(days: -7), until: nil, comment: nil, participation: index % 2 == 0))
    }
  }
}
