import API
import Domain
import Foundation
import Service

/// A step by itself: its dates, end and report, the presence typed, what is missing, and where to go on.
func stepDetailPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("step", of: Step.self)
  async let opening = OpenDossier.load(visit)
  async let showing = visit.services.call(FSEAPI.showStep, ["step": id])
  async let typing = visit.services.call(FSEAPI.listAttendance, ["step": id])
  async let ending = visit.services.call(ServiceName.fse.lists.all)
  async let proving = visit.services.call(FSEAPI.listEvidence, ["step": id])
  let (open, step, sheet, lists) = try await (opening, showing, typing, ending)
  let papers = try await proving.items
  let (reasons, labels) = (lists[.endReason], lists[.characteristic])
  guard step.dossier == open.detail.id else { throw Problem.notFound("Cette étape") }
  var body: [any Piece] = []
  if let notice = step.answerNotice(open) { body.append(notice) }
  if let notice = step.missingNotice(open) { body.append(notice) }
  body.append(Panel("Étape", [step.facts(open, reasons)]))
  if step.kind == .step {
    let type = Action("Saisir une présence", open.address("parcours/\(id)/presence"), icon: .edit, weight: .plain)
    body.append(
      Panel(
        "Présence", count: sheet.attendances.count, actions: step.mayTypePresence(visit) ? [type] : [],
        [attendanceList(sheet, step, open)]))
  }
  if step.kind == .step, step.needsReport || step.report != nil || !step.asked.isEmpty {
    let write = Action(
      step.report == nil ? "Écrire le bilan" : "Modifier le bilan", open.address("parcours/\(id)/bilan"), icon: .edit,
      weight: .plain)
    var told: [any Piece] = [
      step.report.map { Paragraph($0) } ?? Paragraph("Le bilan n’est pas encore écrit.", isMuted: true)
    ]
    if !step.asked.isEmpty {
      told.append(Facts(step.asked.map { Fact(labels.label(of: $0.code), step.characteristics[$0.code]) }))
    }
    body.append(Panel("Bilan", actions: step.mayTypePresence(visit) ? [write] : [], told))
  }
  if step.kind == .step { body.append(evidencePanel(papers, of: step, open)) }
  if let participation = step.participation {
    let forms = FSEForm.allCases.map { form in
      Item(
        form.title, address: open.visit.may(.fseForms) ? questionnaireAddress(participation, form) : nil, icon: .edit)
    }
    let passage = Action("Passage en convention", participationAddress(participation), weight: .plain)
    body.append(
      Panel(
        "FSE", actions: [passage],
        [ItemList("Questionnaires FSE", forms, empty: EmptyState("Aucun questionnaire", "Rien à remplir."))]))
  }
  let edit = Action(
    step.kind == .positioning ? "Confirmer ou modifier" : "Modifier", open.address("parcours/\(id)"), icon: .edit)
  let head = PageHead(
    step.offerName, lead: step.period, back: Link("Parcours", open.address("parcours")),
    badges: [step.badge(today: open.today)], actions: visit.may(.registerOnOffers) ? [edit] : [])
  return open.page(head, in: "parcours", body)
}

extension Step {
  func mayTypePresence(_ visit: Visit) -> Bool { visit.person.may(anyOf: [.attendance, .registerOnOffers]) }

  /// What its offer requires once it is over, and that was not typed (rule S11); what the operator refused never began.
  fileprivate func missingNotice(_ open: OpenDossier) -> Notice? {
    let missing = self.missing(on: open.today)
    guard !missing.isEmpty, answer != .refused else { return nil }
    let heard = open.visit.person.isOperators ? "" : " et le retour de l’opérateur"
    return Notice(
      "Cette étape est finie, et il manque \(missing.joined(separator: " et ")).",
      "L’offre l’exige : complétez l’étape d’après la feuille d’émargement\(heard).", .waiting)
  }

  fileprivate func facts(_ open: OpenDossier, _ reasons: CountyList) -> Facts {
    func days(_ from: CalendarDate?, _ until: CalendarDate?) -> String? {
      from.map { "du \(French.long($0)) au \(until.map(French.long) ?? "…")" }
    }
    return Facts(
      [
        Fact("Offre", offerName, address: open.visit.person.isOperators ? nil : "/offres/\(offer)"),
        Fact("Opérateur", operatorName), Fact("Dates prévues", days(plannedFrom, plannedUntil)),
        Fact("Dates réelles", days(from, until)), Fact("Motif de fin", endReason.map(reasons.label)),
        Fact("Inscription", answerWords),
        Fact("Objectif", objective), Fact("Commentaire", comment),
        Fact("Présence", attendances == 0 ? nil : French.hours(attendedMinutes)),
        Fact("Téléphone", open.visit.person.isOperators ? PhoneNumber.shown(phone) : nil),
        Fact("Inscrit par", "\(registeredByName), le \(French.long(CalendarDate(registeredAt)))"),
      ].filter { $0.value != nil })
  }
}

extension HalfDay {
  var label: String { self == .morning ? "Matin" : "Après-midi" }
}

private func attendanceList(_ sheet: AttendanceSheet, _ step: Step, _ open: OpenDossier) -> ItemList {
  let items = sheet.attendances.map { attendance in
    let remove = Action(
      "Retirer", open.address("parcours/\(step.id)/presence/retrait"), weight: .plain, posts: true,
      values: [HiddenValue("jour", attendance.onDay.description), HiddenValue("moment", attendance.half.rawValue)])
    return Item(
      "\(French.full(attendance.onDay)), \(attendance.half.label.lowercased())",
      meta: "saisie par \(attendance.typedByName) le \(French.long(CalendarDate(attendance.typedAt)))", icon: .calendar,
      badges: [
        attendance.minutes == 0
          ? Badge("Absence", .late, icon: .x) : Badge(French.hours(attendance.minutes), .done, icon: .check)
      ], actions: step.mayTypePresence(open.visit) ? [remove] : [])
  }
  return ItemList(
    "Présence saisie", items,
    empty: EmptyState("Aucune présence saisie", "Elle se saisit d’après la feuille d’émargement.", icon: .clock))
}

/// One half-day of presence.
struct AttendanceForm: DossierForm {
  let open: OpenDossier
  let step: Step

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> AttendanceForm {
    let id = try visit.id("step", of: Step.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(FSEAPI.showStep, ["step": id])
    let (open, step) = try await (opening, showing)
    guard step.dossier == open.detail.id else { throw Problem.notFound("Cette étape") }
    return AttendanceForm(open: open, step: step)
  }

  struct Draft: Sendable {
    var onDay: CalendarDate?
    var half: HalfDay?
    var hours: FrenchHours?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        isPaired: true, .date("onDay", \.onDay, "Jour", missing: "Indiquez le jour."),
        .radios(
          "half", \.half, "Demi-journée", HalfDay.allCases.map { Choice($0.rawValue, $0.label) }, isInline: true,
          missing: "Choisissez la demi-journée."),
        .hours("hours", \.hours, "Durée", missing: "Indiquez la durée de présence."))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { nil }
  private var back: String { open.address("parcours/\(step.id)/detail") }
  var sending: Sending { Sending("presence", "Enregistrer la présence", cancel: back) }
  var head: PageHead { PageHead("Saisir une présence", lead: step.period, back: Link(step.offerName, back)) }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let day = draft.onDay, let half = draft.half, let hours = draft.hours else {
      throw Problem.malformed("Le formulaire est incomplet.")
    }
    let sheet = try await visit.services.call(
      FSEAPI.saveAttendance, ["step": step.id],
      AttendanceDraft(entries: [AttendanceEntry(onDay: day, half: half, minutes: hours.minutes)]))
    return .see(back, saying: "La présence est enregistrée : \(French.hours(sheet.minutes)) en tout.")
  }
}

extension HalfDay: FormValue {}

extension Question {
  /// A length of time.
  static func hours<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, missing: String? = nil
  ) -> Self {
    Question(name, path, label, missing: missing, wrong: { _ in FrenchHours.fault }) { typed, common in
      .text(name, label, value: typed, width: .narrow, maximumLength: 10, common)
    }.help("Par exemple 3 h 30 ; 0 pour une absence")
  }
}

/// Takes away what was typed for a half-day.
func removeAttendance(_ visit: Visit) async throws -> PageAnswer {
  let (dossier, step) = (try visit.id("dossier", of: Dossier.self), try visit.id("step", of: Step.self))
  guard let day = visit.form["jour"].flatMap({ CalendarDate($0) }),
    let half = visit.form["moment"].flatMap(HalfDay.init(rawValue:))
  else { throw Problem.malformed("Le formulaire est incomplet.") }
  _ = try await visit.services.call(
    FSEAPI.saveAttendance, ["step": step],
    AttendanceDraft(entries: [AttendanceEntry(onDay: day, half: half, minutes: nil)]))
  return .see("/dossiers/\(dossier)/parcours/\(step)/detail", saying: "Cette présence est retirée.")
}
