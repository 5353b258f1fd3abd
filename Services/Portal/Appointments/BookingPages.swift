import API
import Domain
import Foundation
import Service

private let bookingFields = ["agent", "kind", "theme", "place", "minutes", "reminder"]

extension Problem {
  /// Somebody is busy at the hour that was asked for.
  fileprivate var isTakenSlot: Bool { status == 409 && type == "/problemes/creneau-pris" }
}

func bookingPage(_ visit: Visit) async throws -> PageAnswer {
  async let opening = OpenDossier.load(visit)
  async let choosing = BookingChoices.load(visit)
  let (open, choices) = try await (opening, choosing)
  let answers = BookingAnswers(visit.query, reminder: open.mayBeReminded)
  return BookingForm(open: open, choices: choices, answers: answers).page
}

func book(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let answers = BookingAnswers(posted: visit.form)
  var faults = FormFaults()
  var taken: Problem?
  let draft = answers.draft(visit.form, at: visit.moment, &faults)
  let doubts = draft.flatMap { answers.doubts(about: $0, visit.form, at: visit.moment) }
  if let doubts { faults.add(HourDoubts.answer, doubts.question) }
  if let draft, doubts == nil {
    do {
      let booked = try await visit.services.call(
        SchedulingAPI.bookAppointment, ["dossier": id], draft, key: visit.key)
      return .see("/dossiers/\(id)/entretiens", saying: "Le rendez-vous est pris. \(announcement(booked))")
    } catch let problem as Problem where problem.isTakenSlot {
      taken = problem
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: bookingFields)
    }
  }
  return try await again(visit, answers, moved: nil, faults, taken, doubts)
}

private func announcement(_ booked: AppointmentDetail) -> String {
  let when = French.moment(booked.startsAt)
  guard booked.reminder else { return "\(booked.agentName), le \(when)." }
  if let fault = booked.reminderFault { return "Le \(when). Aucun SMS ne partira. \(fault)" }
  if let due = booked.reminderDueAt { return "Le \(when). Le SMS de rappel partira le \(French.moment(due))." }
  return "Le \(when). Il est trop proche pour un rappel par SMS."
}

func movingPage(_ visit: Visit) async throws -> PageAnswer {
  async let opening = openAppointment(visit)
  async let choosing = BookingChoices.load(visit)
  let ((open, appointment), choices) = try await (opening, choosing)
  return BookingForm(
    open: open, choices: choices, answers: BookingAnswers(appointment), moved: (appointment.id, appointment.version)
  ).page
}

func moveAppointment(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("appointment", of: Appointment.self)
  let version = try visit.version
  let answers = BookingAnswers(posted: visit.form)
  var faults = FormFaults()
  var taken: Problem?
  let draft = answers.draft(visit.form, at: visit.moment, &faults)
  let doubts = draft.flatMap { answers.doubts(about: $0, visit.form, at: visit.moment) }
  if let doubts { faults.add(HourDoubts.answer, doubts.question) }
  if let draft, doubts == nil {
    do {
      let moved = try await visit.services.call(
        SchedulingAPI.changeAppointment, ["appointment": id], draft, version: version)
      return .see(moved.address, saying: "Le rendez-vous est enregistré. \(announcement(moved))")
    } catch let problem as Problem where problem.status == 412 {
      return try await movingConflict(visit, answers)
    } catch let problem as Problem where problem.isTakenSlot {
      taken = problem
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: bookingFields)
    }
  }
  return try await again(visit, answers, moved: (id, version), faults, taken, doubts)
}

/// The form as it was filled in, with what is wrong.
private func again(
  _ visit: Visit, _ answers: BookingAnswers, moved: (id: ID<Appointment>, version: Int)?, _ faults: FormFaults,
  _ taken: Problem?, _ doubts: HourDoubts?
) async throws -> PageAnswer {
  async let opening = OpenDossier.load(visit)
  async let choosing = BookingChoices.load(visit)
  let (open, choices) = try await (opening, choosing)
  return BookingForm(
    open: open, choices: choices, answers: answers, moved: moved, faults: faults, taken: taken, doubts: doubts
  ).page
}

private func movingConflict(_ visit: Visit, _ mine: BookingAnswers) async throws -> PageAnswer {
  async let opening = openAppointment(visit)
  async let choosing = BookingChoices.load(visit)
  let ((open, appointment), choices) = try await (opening, choosing)
  let theirs = BookingAnswers(appointment)
  let agents = [appointment.agent.description: appointment.agentName].merging(
    choices.agents.map { ($0.account.description, $0.name) }
      + [(visit.person.account.description, visit.person.name)]
  ) { first, _ in first }
  let places = Dictionary(choices.places.map { ($0.id.description, $0.name) }) { first, _ in first }
  func field(_ name: String, _ label: String, _ mine: String?, _ theirs: String?, _ words: [String: String] = [:])
    -> ConflictField
  {
    ConflictField(
      name: name, label: label, mine: mine ?? "", theirs: theirs ?? "", mineShown: mine.flatMap { words[$0] },
      theirsShown: theirs.flatMap { words[$0] })
  }
  return open.conflict(
    [
      field("date", "Jour", mine.date, theirs.date), field("time", "Heure", mine.time, theirs.time),
      field("minutes", "Durée en minutes", mine.minutes.map(String.init), theirs.minutes.map(String.init)),
      field("agent", "Avec", mine.agent, theirs.agent, agents),
      field("kind", "Type d’entretien", mine.kind, theirs.kind, choices.lists[.appointmentKind].labels),
      field("theme", "Thème", mine.theme, theirs.theme, choices.lists[.appointmentTheme].labels),
      field("place", "Lieu", mine.place, theirs.place, places),
      field("step", "Étape", mine.step, theirs.step),
      field("reminder", "Rappel par SMS", mine.reminder ? "oui" : "non", theirs.reminder ? "oui" : "non"),
    ], version: appointment.version, address: open.address("entretiens/\(appointment.id)/modifier"), in: "entretiens")
}
