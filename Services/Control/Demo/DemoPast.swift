import API
import Domain
import Foundation
import Service

/// A day of the past at which the demonstration's clock stands, and what is done there with.
struct DemoStand: Sendable {
  let monthsAgo: Int
  let day: CalendarDate
  let kind: String
  let themes: [String]
  let objectiveTheme: String
  /// Who decides on contracts in the territory of the demonstration's accounts, and in the others.
  let chief: APIClient
  let farChief: APIClient
}

extension DemoCounty {
  private static let standsOfMonths = [36, 24, 12, 6, 2]
  /// The other structures live at these alone: each stand costs everybody a signing in.
  private static let standsOfAll: Set<Int> = [12, 2]

  /// Three years of a few hundred persons. A clock that stands at some days only is enough: what is entered has dates of
  /// its own around them.
  func makePast(_ team: DemoTeam, _ offers: Offers) async throws {
    guard let clock else {
      return line.done("Sans horloge à régler (JALONS_CLOCK_FILE), la démonstration commence aujourd’hui.")
    }
    do {
      for (index, months) in Self.standsOfMonths.enumerated() {
        let found = today.adding(months: -months)
        let day = found.weekday > 5 ? found.adding(days: -2) : found
        let part = "Trois ans de vie, \(index + 1) sur \(Self.standsOfMonths.count) : \(French.long(day))"
        line.show("\(part)…")
        try clock.stand(daysAgo: day.days(to: today))
        let count = try await live(team, offers, months, day)
        line.done("\(part), \(French.count(count, "personne"))")
      }
    } catch {
      try clock.stand(daysAgo: 0)
      throw error
    }
    try clock.stand(daysAgo: 0)
  }

  /// - Returns: how many persons lived through something.
  private func live(_ team: DemoTeam, _ offers: Offers, _ months: Int, _ day: CalendarDate) async throws -> Int {
    let chief = try await signIn(.chefDeService)
    let lists = try await chief.call(ServiceName.scheduling.lists.all)
    guard let kind = lists[.appointmentKind].offered().first?.code else {
      throw DemoError("no kind of appointment is known")
    }
    let stand = DemoStand(
      monthsAgo: months, day: day, kind: kind, themes: lists[.appointmentTheme].offered().map(\.code),
      objectiveTheme: try await contractTheme(chief), chief: chief,
      farChief: try await signIn(email: DemoTeam.farChief, as: .chefDeService))
    let there = team.referents.filter { $0.dossiers != nil || Self.standsOfAll.contains(months) }
    return try await fewAtOnce(there) { try await live($0, team.far, offers, stand) }.reduce(0, +)
  }

  private func live(
    _ one: DemoReferent, _ far: Set<ID<Territory>>, _ offers: Offers, _ stand: DemoStand
  ) async throws -> Int {
    let referent = try await signIn(email: one.email, as: one.profile)
    let listed = try await referent.call(DossiersAPI.listDossiers, [:], DossierSearch(sort: .name, limit: 200)).items
    let persons = one.chosen(of: listed)
    for (index, dossier) in persons {
      try await meet(dossier, index, stand, referent)
      if stand.monthsAgo == 2 { try await bookAhead(dossier, index, one, stand, referent) }
      guard index < one.papers else { continue }
      if let territory = dossier.territory, let due = DemoContract.due(index, monthsAgo: stand.monthsAgo) {
        let decider = far.contains(territory) ? stand.farChief : stand.chief
        try await makeContract(
          dossier, months: due.months, on: stand.day, about: stand.objectiveTheme,
          ways: due.fate.ways(referent: referent, service: decider, chief: decider), referent)
      }
      try await addFacts(dossier, index, stand, referent)
      if stand.monthsAgo == 2 { try await takeSteps(dossier, index, offers, referent) }
    }
    return persons.count
  }

  /// An interview some weeks before, with what became of it. Each person has an hour of their own.
  private func meet(_ dossier: DossierRow, _ index: Int, _ stand: DemoStand, _ referent: APIClient) async throws {
    let day = stand.day.adding(days: -7 * (1 + index / 6))
    let booked = try await referent.call(
      SchedulingAPI.bookAppointment, ["dossier": dossier.id],
      AppointmentDraft(
        kind: stand.kind, theme: stand.themes.isEmpty ? nil : stand.themes[index % stand.themes.count],
        startsAt: day.moment(hour: 9 + index % 6), minutes: 45))
    // One in eleven is left for the list of those whose outcome is still to be entered.
    guard stand.monthsAgo > 2 || index % 11 != 4 else { return }
    let outcomes: [(AppointmentOutcome, String)] = [
      (.held, "Point sur les démarches : CV refait, deux candidatures envoyées."),
      (.held, "Garde d’enfants trouvée deux jours par semaine."),
      (.held, "Dossier d’aide au permis complété ensemble."), (.absent, "N’a pas prévenu."),
      (.excused, "Enfant malade, a prévenu la veille."),
    ]
    let (outcome, summary) = outcomes[index % outcomes.count]
    _ = try await referent.call(
      SchedulingAPI.recordOutcome, ["appointment": booked.id], OutcomeDraft(outcome: outcome, summary: summary),
      version: booked.version)
  }

  /// Three persons today, the next ones on the days after.
  private func bookAhead(
    _ dossier: DossierRow, _ index: Int, _ one: DemoReferent, _ stand: DemoStand, _ referent: APIClient
  ) async throws {
    var startsAt = today.moment(hour: [11, 14, 16][index % 3])
    if index >= 3 {
      // The days after are booked for this référent with the present.
      guard index < 8, one.profile != .referent || one.dossiers == nil else { return }
      // A week-end's goes to the Monday and the Tuesday after it, at another hour than theirs.
      let day = today.adding(days: index - 2)
      startsAt = day.weekday > 5 ? day.adding(days: 2).moment(hour: 15) : day.moment(hour: 10)
    }
    _ = try await referent.call(
      SchedulingAPI.bookAppointment, ["dossier": dossier.id],
      AppointmentDraft(
        kind: stand.kind, theme: stand.themes.isEmpty ? nil : stand.themes[index % stand.themes.count],
        startsAt: startsAt, minutes: 45))
  }
}
