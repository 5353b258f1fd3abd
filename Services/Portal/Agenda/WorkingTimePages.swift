import API
import Domain
import Foundation
import Service

private let base = "/agenda/horaires"

/// « Horaires et absences »: when one is offered appointments, and when one is away.
func addWorkingTimePages(to pages: Pages) {
  let rights: [Right] = [.bookAppointments]
  pages.get("agenda/horaires", rights: rights) { visit in
    try await timesPage(visit, FormAnswers(), FormFaults())
  }
  pages.post("agenda/horaires", rights: rights) { visit in try await setHours(visit) }
  pages.post("agenda/horaires/departement", rights: rights) { visit in
    _ = try await visit.services.call(SchedulingAPI.setWorkingHours, [:], WorkingHours(periods: []))
    return .see(base, saying: "Vos horaires sont de nouveau ceux du Département.")
  }
  pages.post("agenda/horaires/absences", rights: rights) { visit in try await addAbsence(visit) }
  pages.post("agenda/horaires/absences/{absence}/fin", rights: rights) { visit in
    _ = try await visit.services.call(
      SchedulingAPI.removeAbsence, ["absence": try visit.id("absence", of: AgendaAbsence.self)])
    return .see(base, saying: "L’absence est retirée.")
  }
}

// MARK: Absences

private func addAbsence(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let from = visit.form.date(
    "from", today: visit.today, leaning: .coming, missing: "Indiquez le premier jour de l’absence.", &faults)
  // Left empty it is one day.
  let until =
    visit.form["until"] == nil
    ? from : visit.form.date("until", today: visit.today, leaning: .coming, &faults)
  guard faults.isEmpty, let from, let until else { return try await timesPage(visit, visit.form, faults) }
  do {
    let absence = try await visit.services.call(
      SchedulingAPI.addAbsence, [:], AbsenceDraft(from: from, until: until, note: visit.form["note"]), key: visit.key)
    return .see(base, saying: "Absence enregistrée \(absence.days). Aucun créneau n’y est proposé.")
  } catch let problem as Problem {
    return try await timesPage(visit, visit.form, FormFaults(problem, fields: ["from", "until", "note"]))
  }
}

extension AgendaAbsence {
  fileprivate var days: String {
    from == until ? "le \(French.long(from))" : "du \(French.long(from)) au \(French.long(until))"
  }
}

// MARK: Hours

private let parts = [("matin", "Matin"), ("apres-midi", "Après-midi")]

private func field(_ weekday: Int, _ part: String, _ end: String) -> String { "\(end)-\(part)-\(weekday)" }

/// The periods that the form says, with a fault at each hour that cannot be read or lacks its other end.
private func readPeriods(in form: FormAnswers, _ faults: inout FormFaults) -> [WorkingPeriod] {
  var found: [WorkingPeriod] = []
  for weekday in 1...7 {
    for (part, _) in parts {
      let (from, until) = (field(weekday, part, "de"), field(weekday, part, "a"))
      guard form[from] != nil || form[until] != nil else { continue }
      guard let opens = minutes(form, from, &faults), let closes = minutes(form, until, &faults) else { continue }
      if opens >= closes {
        faults.add(
          until, "La fin (\(form[until] ?? "")) précède le début (\(form[from] ?? "")). Corrigez l’une des deux.")
      } else {
        found.append(WorkingPeriod(weekday: weekday, opens: opens, closes: closes))
      }
    }
  }
  return found
}

private func minutes(_ form: FormAnswers, _ name: String, _ faults: inout FormFaults) -> Int? {
  guard let text = form[name] else {
    faults.add(name, "Indiquez l’autre heure, ou videz les deux.")
    return nil
  }
  guard let time = FrenchTime.read(text) else {
    faults.add(name, FrenchTime.fault(text))
    return nil
  }
  return time.hour * 60 + time.minute
}

private func setHours(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let periods = readPeriods(in: visit.form, &faults)
  guard faults.isEmpty else { return try await timesPage(visit, visit.form, faults) }
  do {
    _ = try await visit.services.call(SchedulingAPI.setWorkingHours, [:], WorkingHours(periods: periods))
    return .see(base, saying: "Vos horaires sont enregistrés.")
  } catch let problem as Problem {
    return try await timesPage(visit, visit.form, FormFaults(problem, fields: []))
  }
}

private func clock(_ minutes: Int) -> String {
  let rest = minutes % 60
  return "\(minutes / 60) h \(rest < 10 ? "0" : "")\(rest)"
}

/// The four fields of a weekday: what was typed, else what holds.
private func fields(
  _ weekday: Int, _ hours: [WorkingPeriod], _ typed: FormAnswers, _ faults: FormFaults
) -> [Field] {
  let day = hours.filter { $0.weekday == weekday }
  let wasTyped = typed.pairs.contains { $0.name.hasPrefix("de-") }
  return zip(parts, [day.first { $0.opens < 750 }, day.first { $0.opens >= 750 }]).flatMap { part, period in
    [("de", "de", period?.opens), ("a", "à", period?.closes)].map { end, word, minute in
      let name = field(weekday, part.0, end)
      return Field.time(
        name, "\(part.1), \(word)", value: wasTyped ? typed[name] : minute.map(clock),
        faults.common(name, isRequired: false, saysOptional: false))
    }
  }
}

private func timesPage(_ visit: Visit, _ typed: FormAnswers, _ faults: FormFaults) async throws -> PageAnswer {
  async let resting = visit.services.call(SchedulingAPI.listAbsences)
  async let working = visit.services.call(SchedulingAPI.showWorkingHours)
  async let showing = visit.services.call(
    SchedulingAPI.showAgenda, [:], AgendaQuery(from: visit.today, until: visit.today))
  let (absences, own, agenda) = try await (resting, working, showing)
  let items = absences.map { absence in
    Item(
      absence.note ?? "Absence", meta: absence.days, icon: .pause,
      actions: [Action("Retirer", "\(base)/absences/\(absence.id)/fin", weight: .plain, posts: true)])
  }
  let list = ItemList(
    "Absences à venir", items,
    empty: EmptyState("Aucune absence", "Ajoutez vos congés : aucun créneau n’y sera proposé.", icon: .calendar))
  let week = Form(
    id: "horaires", address: base,
    groups: (1...7).map { weekday in
      FieldGroup(
        French.weekdays[weekday - 1].uppercasedFirst, isPaired: true,
        fields: fields(weekday, agenda.hours, typed, faults))
    }, submit: "Enregistrer mes horaires", cancel: Link("Annuler", "/agenda"))
  let isOwn = !own.periods.isEmpty
  let reset = Action(
    "Reprendre ceux du Département", "\(base)/departement", icon: .undo, weight: .plain, posts: true)
  let head = PageHead(
    "Horaires et absences", lead: "Ils disent quand un créneau de votre agenda est proposé.",
    back: Link("Agenda", "/agenda"))
  let left: [any Piece] = [
    Panel("Absences à venir", count: items.count, [list]), Panel("Ajouter une absence", [absenceForm(typed, faults)]),
  ]
  let right = Panel(isOwn ? "Mes horaires" : "Horaires du Département", actions: isOwn ? [reset] : [], [week])
  let body: [any Piece] = faults.general + [SideBySide(left: left, right: [right])]
  return visit.page(head, .agenda, title: "Horaires et absences", body).with(faults)
}

private func absenceForm(_ typed: FormAnswers, _ faults: FormFaults) -> Form {
  Form(
    id: "absence", address: "\(base)/absences",
    groups: [
      FieldGroup(
        isPaired: true,
        fields: [
          .date("from", "Du", value: typed["from"], faults.common("from")),
          .date(
            "until", "Au (inclus)", value: typed["until"],
            faults.common("until", help: "Vide pour un seul jour", isRequired: false)),
        ]),
      FieldGroup(fields: [
        .text(
          "note", "Motif", value: typed["note"], maximumLength: 120,
          faults.common(
            "note", help: "Lu par ceux qui voient votre agenda : « Congés », « Formation »", isRequired: false))
      ]),
    ], values: [Visit.freshKey], submit: "Ajouter l’absence", cancel: Link("Annuler", "/agenda"))
}
