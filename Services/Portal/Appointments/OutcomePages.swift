import API
import Domain
import Foundation
import Service

/// An appointment, and what became of it (rule M2).
func appointmentPage(_ visit: Visit) async throws -> PageAnswer {
  let (open, appointment) = try await openAppointment(visit)
  return detailPage(
    open, appointment, outcome: appointment.outcome.rawValue, summary: appointment.summary,
    version: appointment.version, faults: FormFaults())
}

private func detailPage(
  _ open: OpenDossier, _ appointment: AppointmentDetail, outcome: String?, summary: String?, version: Int,
  faults: FormFaults
) -> PageAnswer {
  let visit = open.visit
  let isOver = appointment.isOver(visit.moment)
  var actions: [Action] = []
  if visit.mayBook, appointment.outcome == .planned {
    if !isOver { actions.append(Action("Déplacer", "\(appointment.address)/modifier", icon: .edit)) }
    actions.append(
      Action(
        "Annuler le rendez-vous", "\(appointment.address)/annulation", icon: .x, weight: .plain,
        confirmation: open.cancellation(of: appointment)))
  }
  let attention = Notice(
    "Ce rendez-vous est à replacer",
    "Le dossier a changé de référent, et le nouveau n’est pas libre à cette heure. Déplacez le rendez-vous.", .late)
  var body: [any Piece] = faults.general + (appointment.needsAttention ? [attention] : [])
  body.append(Panel("Rendez-vous", [facts(appointment)]))
  if visit.mayBook {
    let form = outcomeForm(open, appointment, outcome: outcome, summary: summary, version: version, faults: faults)
    body.append(Panel("Réalisation", id: "realisation", [form]))
  } else if let summary = appointment.summary {
    body.append(Panel("Synthèse", [Paragraph(summary)]))
  }
  let head = PageHead(
    "Rendez-vous du \(French.long(CalendarDate(appointment.startsAt)))",
    back: Link("Entretiens", open.address("entretiens")), badges: [appointment.outcome.badge(isOver: isOver)],
    actions: actions)
  return open.page(head, in: "entretiens", body).with(faults)
}

private func facts(_ appointment: AppointmentDetail) -> Facts {
  Facts([
    Fact("Quand", appointment.when), Fact("Durée", "\(appointment.minutes) minutes"),
    Fact("Avec", appointment.agentName), Fact("Type", appointment.kindLabel), Fact("Thème", appointment.themeLabel),
    Fact("Lieu", appointment.placeName),
    Fact("Rappel par SMS", appointment.reminderSentence, badge: appointment.reminderBadge),
    Fact("Pris par", appointment.bookedByName, source: "le \(French.moment(appointment.bookedAt))"),
  ])
}

/// What can be said of an appointment now: nobody was there before the hour, and what is past is not planned any more.
private func sayable(_ appointment: AppointmentDetail, at moment: Date) -> [AppointmentOutcome] {
  let isAhead = appointment.startsAt > moment
  return AppointmentOutcome.allCases.filter { outcome in
    switch outcome {
    case .planned: isAhead
    case .held, .absent: !isAhead || appointment.outcome == outcome
    case .excused, .cancelledReferent, .cancelledPerson: true
    }
  }
}

private func outcomeForm(
  _ open: OpenDossier, _ appointment: AppointmentDetail, outcome: String?, summary: String?, version: Int,
  faults: FormFaults
) -> Form {
  let choices = sayable(appointment, at: open.visit.moment).map {
    Choice($0.rawValue, $0.label, isChosen: $0.rawValue == outcome)
  }
  let help = "Lue par tous ceux qui ont accès au dossier. Écrivez-la comme si la personne la lisait avec vous."
  return Form(
    id: "realisation-saisie", address: appointment.address,
    groups: [
      FieldGroup(fields: [
        .radios("outcome", "Ce qu’il en a été", choices, faults.common("outcome")),
        .area(
          "summary", "Synthèse", value: summary, rows: 6, maximumLength: 8000,
          faults.common("summary", help: help, isRequired: false)),
      ])
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer la réalisation")
}

func recordOutcome(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("appointment", of: Appointment.self)
  let version = try visit.version
  let typed = visit.form["outcome"]
  // A summary that was emptied is sent empty: left out, it would stay as it was.
  let summary = visit.form["summary"] ?? ""
  var faults = FormFaults()
  if let outcome = typed.flatMap(AppointmentOutcome.init(rawValue:)) {
    do {
      let draft = OutcomeDraft(outcome: outcome, summary: summary)
      let after = try await visit.services.call(
        SchedulingAPI.recordOutcome, ["appointment": id], draft, version: version)
      return .see(
        "/dossiers/\(after.dossier)/entretiens",
        saying: "La réalisation est enregistrée : \(after.outcome.label.lowercasedFirst).")
    } catch let problem as Problem where problem.status == 412 {
      return try await outcomeConflict(visit, outcome, summary)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: ["outcome", "summary"])
    }
  } else {
    faults.add("outcome", "Indiquez si le rendez-vous a été tenu.")
  }
  let (open, appointment) = try await openAppointment(visit)
  return detailPage(open, appointment, outcome: typed, summary: summary, version: version, faults: faults)
}

private func outcomeConflict(_ visit: Visit, _ mine: AppointmentOutcome, _ summary: String) async throws
  -> PageAnswer
{
  let (open, appointment) = try await openAppointment(visit)
  let theirs = appointment.outcome
  return open.conflict(
    [
      ConflictField(
        name: "outcome", label: "Ce qu’il en a été", mine: mine.rawValue, theirs: theirs.rawValue,
        mineShown: mine.label, theirsShown: theirs.label),
      ConflictField(name: "summary", label: "Synthèse", mine: summary, theirs: appointment.summary ?? ""),
    ], version: appointment.version, address: appointment.address, in: "entretiens")
}

// Who gave the appointment up; an error of entry leaves no trace.
private enum Cancellation: String {
  case person = "personne"
  case referent
  case error = "erreur"
}

extension OpenDossier {
  func cancellation(of appointment: AppointmentDetail) -> Confirmation {
    let isAhead = appointment.startsAt > visit.moment
    var choices = [
      Choice(Cancellation.person.rawValue, "La personne", isChosen: true),
      Choice(Cancellation.referent.rawValue, "Le référent"),
    ]
    if isAhead {
      choices.append(
        Choice(Cancellation.error.rawValue, "Personne : il a été saisi par erreur", help: "Il disparaît du dossier"))
    }
    let sms = appointment.reminderStatus == .queued ? ["Le SMS de rappel ne partira pas."] : []
    return Confirmation(
      id: "annuler-rendez-vous", title: "Annuler le rendez-vous ?",
      consequences: ["L’heure redevient libre dans l’agenda de \(appointment.agentName)."] + sms + [
        "Jalons ne prévient pas la personne : pensez à le faire."
      ], reassurance: "Une annulation reste inscrite au dossier.", address: "\(appointment.address)/annulation",
      label: "Annuler le rendez-vous", isDangerous: true,
      values: [HiddenValue("version", String(appointment.version))],
      fields: [.radios("par", "Qui annule", choices)], back: appointment.address, keep: "Garder le rendez-vous")
  }
}

func cancelAppointment(_ visit: Visit) async throws -> PageAnswer {
  let dossier = try visit.id("dossier", of: Dossier.self)
  let id = try visit.id("appointment", of: Appointment.self)
  let version = try visit.version
  guard let who = visit.form["par"].flatMap(Cancellation.init(rawValue:)) else {
    throw Problem.malformed("Indiquez qui annule le rendez-vous.")
  }
  let list = "/dossiers/\(dossier)/entretiens"
  if who == .error {
    _ = try await visit.services.call(SchedulingAPI.deleteAppointment, ["appointment": id], version: version)
    return .see(list, saying: "Le rendez-vous est retiré du dossier.")
  }
  let draft = OutcomeDraft(outcome: who == .person ? .cancelledPerson : .cancelledReferent)
  let after = try await visit.services.call(
    SchedulingAPI.recordOutcome, ["appointment": id], draft, version: version)
  return .see(list, saying: "Le rendez-vous du \(French.long(CalendarDate(after.startsAt))) est annulé.")
}
