import API
import Domain
import Foundation
import Service

func questionnaireAddress(_ participation: ID<Participation>, _ form: FSEForm) -> String {
  participationAddress(participation, "questionnaires/\(form.rawValue)")
}

func addQuestionnairePages(to pages: Pages) {
  let address = "participations/{participation}/questionnaires/{form}"
  pages.get(address, rights: [.fseForms]) { visit in
    let sheet = try await sheet(visit)
    return try await questionnairePage(visit, sheet, typed: nil, version: sheet.version, faults: FormFaults())
  }
  pages.post(address, rights: [.fseForms]) { visit in try await save(visit) }
}

private func sheet(_ visit: Visit) async throws -> FormSheet {
  guard let form = visit.parameters["form"].flatMap(FSEForm.init(rawValue:)) else { throw Problem.notFound() }
  let id = try visit.id("participation", of: Participation.self)
  return try await visit.services.call(FSEAPI.showForm, ["participation": id, "form": form.rawValue])
}

/// The field of a question bears the place of its answer in what is sent, so that a fault lands there by itself.
private func fieldName(_ code: String) -> String { "answers.\(code)" }

private func questionnairePage(
  _ visit: Visit, _ sheet: FormSheet, typed: FormAnswers?, version: Int, faults: FormFaults, notices: [Notice] = []
) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit, of: sheet.dossier)
  let head = PageHead(
    sheet.questionnaire.title, lead: "Les réponses proposées sont à vérifier avec la personne.",
    back: Link("Passage en convention", participationAddress(sheet.participation)),
    badges: [sheet.status.badge(sheet.form, today: visit.today)])
  if let reason = sheet.status.lockedBecause {
    let notice = Notice("Ce questionnaire n’est pas encore ouvert.", reason, .waiting)
    return open.page(head, in: "parcours", [notice])
  }
  var body: [any Piece] = notices + faults.general
  if sheet.version > 0, !sheet.missing.isEmpty, typed == nil {
    let labels = sheet.questionnaire.questions.filter { sheet.missing.contains($0.code) }.map(\.label)
    body.append(
      Notice(
        French.count(sheet.missing.count, "réponse manque encore", "réponses manquent encore"),
        labels.prefix(5).joined(separator: " · ") + (labels.count > 5 ? "…" : ""), .waiting))
  }
  let fields = sheet.questionnaire.questions.map { field($0, sheet, typed, faults) }
  body.append(
    Form(
      id: "questionnaire", address: questionnaireAddress(sheet.participation, sheet.form),
      groups: [FieldGroup(fields: fields)], values: [HiddenValue("version", String(version))],
      submit: "Enregistrer le questionnaire",
      cancel: Link("Annuler", open.address("parcours"))))
  return open.page(head, in: "parcours", body).with(faults)
}

private func field(
  _ question: FormQuestion, _ sheet: FormSheet, _ typed: FormAnswers?, _ faults: FormFaults
) -> Field {
  let name = fieldName(question.code)
  let answer = sheet.answers[question.code]
  let isProposed = typed == nil && answer == nil && sheet.suggested[question.code] != nil
  let stored = answer ?? sheet.suggested[question.code]
  var common = faults.common(name, help: question.advice, isRequired: question.required)
  if isProposed { common.source = "Réponse proposée" }
  // The page looks at the nearest condition, whose own field is hidden with what it depends on; the service looks at
  // all of them.
  common.condition = question.when.last.map { "\(fieldName($0.question))=\($0.among.joined(separator: "|"))" }
  func choices(_ chosen: [String]) -> [Choice] {
    // What is not allowed is not offered; the question's advice says why.
    question.choices.filter { question.forbidden?.contains($0.code) != true }.map { choice in
      Choice(
        choice.code, choice.label,
        help: question.discouraged?.contains(choice.code) == true ? "À éviter : à confirmer avec la personne" : nil,
        isChosen: chosen.contains(choice.code))
    }
  }
  switch question.kind {
  case .choice:
    let chosen = typed.map { $0.all(name) } ?? stored?.texts ?? []
    return question.choices.count > 8
      ? .select(name, question.label, [Choice("", "Choisissez une réponse")] + choices(chosen), common)
      : .radios(name, question.label, choices(chosen), isInline: question.choices.count <= 3, common)
  case .multiple:
    return .checkboxes(name, question.label, choices(typed.map { $0.all(name) } ?? stored?.texts ?? []), common)
  case .date:
    let day = stored?.text.flatMap { CalendarDate($0) }.map(French.short)
    return .date(name, question.label, value: typed.map { $0[name] } ?? day, common)
  case .text:
    return .area(
      name, question.label, value: typed.map { $0[name] } ?? stored?.text, rows: 2, maximumLength: 2000, common)
  }
}

extension JSONValue {
  fileprivate var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let items): items.compactMap(\.text)
    default: []
    }
  }
}

/// What was answered, as it is sent; days that cannot be read are faults.
private func answers(
  _ questionnaire: Questionnaire, _ visit: Visit, _ faults: inout FormFaults
) -> [String: JSONValue] {
  var answers: [String: JSONValue] = [:]
  for question in questionnaire.questions {
    let name = fieldName(question.code)
    switch question.kind {
    case .choice, .text: answers[question.code] = visit.form[name].map { .string($0) }
    case .multiple:
      let chosen = visit.form.all(name).filter { !$0.isEmpty }
      if !chosen.isEmpty { answers[question.code] = .array(chosen.map { .string($0) }) }
    case .date:
      let day = visit.form.date(name, today: visit.today, &faults)
      answers[question.code] = day.map { .string($0.description) }
    }
  }
  return answers
}

private func save(_ visit: Visit) async throws -> PageAnswer {
  let sheet = try await sheet(visit)
  let version = try visit.version
  var faults = FormFaults()
  let answers = answers(sheet.questionnaire, visit, &faults)
  if faults.isEmpty {
    do {
      let saved = try await visit.services.call(
        FSEAPI.saveForm, ["participation": sheet.participation, "form": sheet.form.rawValue],
        API.FormAnswers(answers: answers), version: version)
      guard saved.missing.isEmpty else {
        return .see(
          questionnaireAddress(sheet.participation, sheet.form),
          saying: "Enregistré. "
            + French.count(saved.missing.count, "réponse manque encore.", "réponses manquent encore."), tone: .waiting)
      }
      return .see("/dossiers/\(sheet.dossier)/parcours", saying: "Le questionnaire de \(sheet.form.word) est complet.")
    } catch let problem as Problem where problem.status == 412 {
      let notice = Notice(
        "Ce questionnaire a changé entre-temps.",
        "Vos réponses sont conservées : vérifiez-les, puis enregistrez de nouveau.", .waiting)
      return try await questionnairePage(
        visit, sheet, typed: visit.form, version: sheet.version, faults: FormFaults(), notices: [notice]
      ).with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: sheet.questionnaire.questions.map { fieldName($0.code) })
    }
  }
  return try await questionnairePage(visit, sheet, typed: visit.form, version: version, faults: faults)
}
