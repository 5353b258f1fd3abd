import API
import Domain
import Foundation
import Service

func questionnaireAddress(_ participation: ID<Participation>, _ form: FSEForm) -> String {
  participationAddress(participation, "questionnaires/\(form.rawValue)")
}

/// A questionnaire of the FSE. It may be saved with answers missing.
struct QuestionnaireForm: DossierForm {
  let open: OpenDossier
  let sheet: FormSheet

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> QuestionnaireForm {
    guard let form = visit.parameters["form"].flatMap(FSEForm.init(rawValue:)) else { throw Problem.notFound() }
    let id = try visit.id("participation", of: Participation.self)
    let sheet = try await visit.services.call(FSEAPI.showForm, ["participation": id, "form": form.rawValue])
    return QuestionnaireForm(open: try await OpenDossier.load(visit, of: sheet.dossier), sheet: sheet)
  }

  var instead: PageAnswer? {
    sheet.status.lockedBecause.map { reason in
      open.page(head, in: Self.section, [Notice("Ce questionnaire n’est pas encore ouvert.", reason, .waiting)])
    }
  }

  /// The answers by the code of their question.
  struct Draft: Sendable {
    var answers: [String: JSONValue]

    subscript(text code: String) -> String? {
      get { answers[code]?.text }
      set { answers[code] = newValue.map { .string($0) } }
    }

    subscript(texts code: String) -> [String] {
      get {
        if case .array(let items)? = answers[code] { return items.compactMap(\.text) }
        return answers[code]?.text.map { [$0] } ?? []
      }
      set { answers[code] = newValue.isEmpty ? nil : .array(newValue.map { .string($0) }) }
    }

    subscript(day code: String) -> CalendarDate? {
      get { answers[code]?.text.flatMap { CalendarDate($0) } }
      set { answers[code] = newValue.map { .string($0.description) } }
    }
  }

  var groups: [QuestionGroup<Draft>] { [QuestionGroup(nil, all: sheet.questionnaire.questions.map(question))] }

  private func question(_ asked: FormQuestion) -> Question<Draft> {
    let isProposed = sheet.answers[asked.code] == nil && sheet.suggested[asked.code] != nil
    let question = kind(of: asked).help(asked.advice).awaited(asked.required)
      .source(isProposed ? "Réponse proposée" : nil)
    // The nearest condition, whose own question hangs on the others.
    guard let condition = asked.when.last else { return question }
    return question.when(Self.name(condition.question), among: condition.among)
  }

  /// The field bears the place of its answer in what is sent, so that a fault lands there by itself.
  private static func name(_ code: String) -> String { "answers.\(code)" }

  private func kind(of asked: FormQuestion) -> Question<Draft> {
    let (name, code, label) = (Self.name(asked.code), asked.code, asked.label)
    // What is not allowed is not offered; the question's advice says why.
    let choices = asked.choices.filter { asked.forbidden?.contains($0.code) != true }.map { choice in
      Choice(
        choice.code, choice.label,
        help: asked.discouraged?.contains(choice.code) == true ? "À éviter : à confirmer avec la personne" : nil)
    }
    switch asked.kind {
    case .choice where choices.count > 8:
      return .list(name, \.[text: code], label, none: "Choisissez une réponse", choices)
    case .choice: return .radios(name, \.[text: code], label, choices, isInline: choices.count <= 3)
    case .multiple: return .boxes(name, \.[texts: code], label, choices)
    case .date: return .date(name, \.[day: code], label)
    case .text: return .area(name, \.[text: code], label, rows: 2, most: 2000)
    }
  }

  var draft: Draft { Draft(answers: sheet.answers) }
  var version: Int? { sheet.version }

  /// With the answers that are proposed.
  var opening: FormAnswers? {
    let proposed = Draft(answers: sheet.suggested.merging(sheet.answers) { $1 })
    return FormAnswers(questions.map { ($0.name, $0.written(proposed)) })
  }

  var sending: Sending {
    Sending("questionnaire", "Enregistrer le questionnaire", cancel: open.address("parcours"))
  }

  var head: PageHead {
    PageHead(
      sheet.questionnaire.title, lead: "Les réponses proposées sont à vérifier avec la personne.",
      back: Link("Passage en convention", participationAddress(sheet.participation)),
      badges: [sheet.status.badge(sheet.form, today: visit.today)])
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    var missing: [any Piece] = []
    if sheet.version > 0, !sheet.missing.isEmpty, notices.isEmpty {
      let labels = sheet.questionnaire.questions.filter { sheet.missing.contains($0.code) }.map(\.label)
      missing = [
        Notice(
          French.count(sheet.missing.count, "réponse manque encore", "réponses manquent encore"),
          labels.prefix(5).joined(separator: " · ") + (labels.count > 5 ? "…" : ""), .waiting)
      ]
    }
    return open.page(head, in: Self.section, notices + missing + [form])
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let saved = try await visit.services.call(
      FSEAPI.saveForm, ["participation": sheet.participation, "form": sheet.form.rawValue],
      API.FormAnswers(answers: draft.answers), version: version)
    guard saved.missing.isEmpty else {
      let count = French.count(saved.missing.count, "réponse manque encore.", "réponses manquent encore.")
      return .see(
        questionnaireAddress(sheet.participation, sheet.form), saying: "Enregistré. \(count)", tone: .waiting)
    }
    return .see(open.address("parcours"), saying: "Le questionnaire de \(sheet.form.word) est complet.")
  }
}
