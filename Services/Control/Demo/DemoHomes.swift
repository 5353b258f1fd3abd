import API
import Domain
import Foundation
import Service

extension DemoCounty {
  /// Something to do in each profile's first minute: a note to answer, an appointment of the day, a saved search.
  func fillHomes(_ team: DemoTeam) async throws {
    line.show("L’accueil de chaque profil…")
    guard let own = team.referents.first?.dossiers, own.count >= 12 else {
      throw DemoError("the caseload of the demonstration is too small")
    }
    let referent = try await signIn(.referent)
    let desks: [(profile: Profile, text: String)] = [
      (.secretariatDispositif, "Merci d’inscrire ce dossier à la prochaine commission."),
      (.secretariatProximite, "Attestation de la CAF à classer dès qu’elle arrive."),
      (.secretariatStructure, "Merci de rappeler la personne pour déplacer son rendez-vous."),
      (.chefDeService, "Demande de réorientation à discuter ensemble."),
      (.ali, "Situation sensible : pouvez-vous me rappeler ?"),
    ]
    for (index, desk) in desks.enumerated() {
      let colleague = try await signIn(desk.profile)
      let me = try await colleague.call(IdentityAPI.showMe).account.id
      let path = ["dossier": own[6 + index]]
      _ = try await referent.call(
        DossiersAPI.addNote, path, NoteDraft(text: desk.text, audience: .assigned, assignee: me))
      let lists = try await colleague.call(ServiceName.scheduling.lists.all)
      guard let kind = lists[.appointmentKind].offered().first?.code else { continue }
      _ = try await colleague.call(
        SchedulingAPI.bookAppointment, path,
        AppointmentDraft(kind: kind, startsAt: today.moment(hour: 15, minute: 30), minutes: 30))
      try await keepSearch(colleague)
    }
    try await keepSearch(try await signIn(.siege))
    try await answerReferents(team)
    try await gather(own)
  }

  private func keepSearch(_ colleague: APIClient) async throws {
    _ = try await colleague.call(
      DossiersAPI.saveSearch, [:],
      SavedSearchDraft(name: "Droits clos", audience: .mine, search: DossierSearch(entitlement: [.closed])))
  }

  /// What the head of service asks of each of the three référents, and a standby that runs and one that is over.
  private func answerReferents(_ team: DemoTeam) async throws {
    let chief = try await signIn(.chefDeService)
    for one in team.referents {
      guard let dossiers = one.dossiers, dossiers.count >= 12 else { continue }
      let referent = try await signIn(email: one.email, as: one.profile)
      let me = try await referent.call(IdentityAPI.showMe).account.id
      _ = try await chief.call(
        DossiersAPI.addNote, ["dossier": dossiers[1]],
        NoteDraft(
          text: "Le contrat arrive à son terme : où en est le renouvellement ?", audience: .assigned, assignee: me))
      // The first account's is among what it does today.
      guard one.profile != .referent else { continue }
      for standby in [
        StandbyDraft(from: today.adding(days: -300), until: today.adding(days: -220), reason: "maladie"),
        StandbyDraft(from: today, until: today.adding(days: 20), reason: "formation", comment: "Remise à niveau."),
      ] { _ = try await referent.call(DossiersAPI.startStandby, ["dossier": dossiers[11]], standby) }
    }
  }

  /// A forum that took place and one that is to come.
  private func gather(_ own: [ID<Dossier>]) async throws {
    let chief = try await signIn(.chefDeService)
    let past = try await chief.call(
      FSEAPI.addGathering, [:],
      GatheringDraft(
        name: "Forum de l’emploi saisonnier", kind: "forum", onDay: today.adding(days: -60), half: .morning,
        place: "Salle Ouvèze, Privas"))
    let coming = try await chief.call(
      FSEAPI.addGathering, [:],
      GatheringDraft(
        name: "Rencontre avec les employeurs de l’aide à domicile", kind: "rencontre", onDay: today.adding(days: 21),
        half: .afternoon, place: "CMS Privas", capacity: 30))
    for (index, dossier) in own.prefix(6).enumerated() {
      let path = ["dossier": dossier]
      _ = try await chief.call(FSEAPI.inviteToGathering, path, GuestDraft(gathering: past.id))
      let there: [String: any CustomStringConvertible] = ["dossier": dossier, "gathering": past.id]
      _ = try await chief.call(
        FSEAPI.confirmGathering, there, GuestPresence(presence: index % 3 == 2 ? .absent : .present))
      _ = try await chief.call(FSEAPI.inviteToGathering, path, GuestDraft(gathering: coming.id))
    }
  }
}
