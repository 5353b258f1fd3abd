import API
import Domain
import Foundation
import Service

private let base = "/agenda/a-saisir"
/// Few, since each has its form.
private let pageLength = 10

/// « Rendez-vous sans réalisation »: those that are over, each with the form that says what became of it.
func addPendingPages(to pages: Pages) {
  pages.get("agenda/a-saisir", rights: [.readDossiers]) { visit in try await pendingPage(visit) }
  pages.post("agenda/a-saisir/{appointment}", rights: bookingRights) { visit in try await record(visit) }
}

extension PendingOutcome {
  /// Where it is shown, at the place where its outcome is entered.
  var address: String { "/dossiers/\(dossier)/entretiens/\(appointment)#realisation" }
}

/// The list's address, as it was looked at.
private func list(_ everybody: Bool, after: String? = nil) -> String {
  Address(base, ["voir": everybody ? "tous" : nil, "apres": after]).text
}

/// A field's name in the page, on which there are several forms.
private func field(_ name: String, _ appointment: ID<Appointment>) -> String { "\(name)-\(appointment)" }

/// What was typed of one appointment of the list, with what is wrong about it.
private struct Typed {
  let appointment: ID<Appointment>
  let form: FormAnswers
  let faults: FormFaults
}

private func record(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("appointment", of: Appointment.self)
  let back = list(visit.form["voir"] == "tous", after: visit.form["apres"])
  var faults = FormFaults()
  guard let outcome = visit.form[field("outcome", id)].flatMap(AppointmentOutcome.init(rawValue:)), outcome != .planned
  else {
    faults.add(field("outcome", id), "Indiquez si le rendez-vous a été tenu.")
    return try await pendingPage(visit, Typed(appointment: id, form: visit.form, faults: faults))
  }
  return try await .acting(at: back, unless: "Ce rendez-vous a changé") {
    do {
      let after = try await visit.services.call(
        SchedulingAPI.recordOutcome, ["appointment": id],
        OutcomeDraft(outcome: outcome, summary: visit.form[field("summary", id)]), version: try visit.version)
      return .see(
        back,
        saying: "\(outcome.label) : le rendez-vous du \(French.long(CalendarDate(after.startsAt))) est enregistré.")
    } catch let problem as Problem where [409, 422].contains(problem.status) {
      let faults = try FormFaults(problem, place: { ["outcome", "summary"].contains($0) ? field($0, id) : nil })
      return try await pendingPage(visit, Typed(appointment: id, form: visit.form, faults: faults))
    }
  }
}

/// All of them, one's own or of every agenda within reach.
private func pendingPage(_ visit: Visit, _ typed: Typed? = nil) async throws -> PageAnswer {
  let asked = typed?.form ?? visit.query
  let isAll = asked["voir"] == "tous" || !visit.mayBook
  let query = PendingOutcomeQuery(mine: !isAll, after: asked["apres"], limit: visit.mayBook ? pageLength : 50)
  let found = try await visit.services.call(SchedulingAPI.listPendingOutcomes, [:], query)
  let tabs = Tabs(
    "De qui",
    [
      Link("Les miens", list(false), isCurrent: !isAll),
      Link("Tous ceux que je peux voir", list(true), isCurrent: isAll),
    ])
  let head = PageHead(
    "Rendez-vous sans réalisation", lead: "Ils sont passés, et rien ne dit s’ils ont été tenus.",
    back: visit.mayBook ? Link("Agenda", "/agenda") : nil)
  let pager = Pager(
    first: query.after == nil ? nil : list(isAll), next: found.next.map { list(isAll, after: $0) })
  guard visit.mayBook else { return visit.page(head, .agenda, [table(found.items, pager)]) }
  let empty = EmptyState("Tout est saisi", "Aucune réalisation n’attend.", icon: .check)
  let forms: [any Piece] = found.items.map { pending in
    let mine = typed.flatMap { $0.appointment == pending.appointment ? $0 : nil }
    return Panel(
      "\(pending.dossierName) – \(French.moment(pending.startsAt))",
      actions: [Action("Ouvrir le rendez-vous", pending.address, weight: .plain)],
      [
        Paragraph(
          [pending.kindLabel, pending.agentName, absencesText(pending.absences)].compactMap(\.self).joined(
            separator: " · "), isMuted: true),
        form(pending, mine, isAll: isAll, after: query.after),
      ])
  }
  var body: [any Piece] = [tabs]
  body += forms.isEmpty ? [empty as any Piece] : forms
  if !pager.leadsNowhere { body.append(pager) }
  return visit.page(head, .agenda, body).with(typed?.faults ?? FormFaults())
}

private func form(_ pending: PendingOutcome, _ typed: Typed?, isAll: Bool, after: String?) -> Form {
  let faults = typed?.faults ?? FormFaults()
  let (outcome, summary) = (field("outcome", pending.appointment), field("summary", pending.appointment))
  let chosen = typed?.form[outcome]
  let choices = AppointmentOutcome.allCases.filter { $0 != .planned }.map {
    Choice($0.rawValue, $0.label, isChosen: $0.rawValue == chosen)
  }
  var values = [HiddenValue("version", String(pending.version))]
  if isAll { values.append(HiddenValue("voir", "tous")) }
  if let after { values.append(HiddenValue("apres", after)) }
  return Form(
    id: "realisation-\(pending.appointment)", address: "\(base)/\(pending.appointment)",
    groups: [
      FieldGroup(fields: [
        .radios(outcome, "Ce qu’il en a été", choices, isInline: true, faults.common(outcome)),
        .area(
          summary, "Synthèse", value: typed?.form[summary], rows: 2, maximumLength: 8000,
          faults.common(summary, help: "Lue par tous ceux qui ont accès au dossier", isRequired: false)),
      ])
    ], values: values, submit: "Enregistrer")
}

/// « 2 absences non justifiées »; nil for none.
func absencesText(_ count: Int?) -> String? {
  count.flatMap { $0 > 0 ? French.count($0, "absence non justifiée", "absences non justifiées") : nil }
}

private func table(_ items: [PendingOutcome], _ pager: Pager) -> Table {
  Table(
    id: "a-saisir", caption: "Rendez-vous sans réalisation",
    columns: [Column("Personne"), Column("Rendez-vous"), Column("Type"), Column("Agent", isSecondary: true)],
    rows: items.map { pending in
      Row(
        id: pending.appointment.description, address: pending.address, name: pending.dossierName, mark: .waiting,
        [
          Cell(pending.dossierName, detail: absencesText(pending.absences)), Cell(French.moment(pending.startsAt)),
          Cell(pending.kindLabel),
          Cell(pending.agentName),
        ])
    }, empty: EmptyState("Tout est saisi", "Aucune réalisation n’attend.", icon: .check), pager: pager)
}
