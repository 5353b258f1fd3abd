import API
import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@testable import FSE

@Suite("Questionnaires", .database) struct QuestionnaireTests {
  private let context = FormContext(
    today: Scene.day("2026-03-02"), entry: Scene.day("2026-01-12"), end: Scene.day("2026-12-31"),
    orientation: Scene.day("2026-01-05"))

  private func seeded(_ form: FSEForm, version: Int = 1) async throws -> Questionnaire {
    struct Definition: Codable { let title: String, questions: [FormQuestion] }
    struct Row: Decodable, Sendable { let definition: JSONValue }
    let row = try await TestDatabase.required().owner {
      try await $0.first(
        "select definition from fse.questionnaire where version = \(version) and form = \(form)", as: Row.self)
    }
    let data = try JSONEncoder.jalons.encode(try #require(row).definition)
    let definition = try JSONDecoder.jalons.decode(Definition.self, from: data)
    return Questionnaire(version: version, form: form, title: definition.title, questions: definition.questions)
  }

  @Test("the seeded questionnaires do not contradict themselves")
  func sound() async throws {
    #expect(try await seeded(.entry).contradictions(at: "entry").isEmpty)
    #expect(try await seeded(.exit).contradictions(at: "exit").isEmpty)
    let codes = ["E00", "E00S"] + (1...15).map { String(format: "E%02d", $0) }
    #expect(try await seeded(.entry).questions.map(\.code) == codes)
  }

  @Test("every branch of the entry form asks what it must and nothing else, and is complete with that alone")
  func branches() async throws {
    let entry = try await seeded(.entry)
    for nationality in ["O", "N"] {
      for situation in ["SCO", "APP", "AUT"] {
        for employed in ["O", "N"] {
          for registered in ["O", "N"] {
            var answers: [String: JSONValue] = entryAnswers
            answers["E01"] = .string(nationality)
            answers["E02"] = .string("N")
            answers["E03"] = .string(situation)
            answers["E04"] = .string(employed)
            answers["E05"] = .string("AID")
            answers["E09"] = .string(registered)
            var expected = ["E00", "E00S", "E01"]
            if nationality == "N" { expected.append("E02") }
            expected.append("E03")
            if situation == "AUT" {
              expected.append("E04")
              expected += employed == "O" ? ["E05"] : ["E06", "E07"]
              expected.append("E08")
            }
            expected.append("E09")
            if registered == "O" { expected.append("E10") }
            expected += ["E11", "E12", "E13", "E14", "E15"]
            let branch = "\(nationality) \(situation) \(employed) \(registered)"
            #expect(entry.visible(answers).map(\.code) == expected, "\(branch)")
            #expect(Set(entry.kept(answers).keys) == Set(expected), "\(branch)")
            #expect(entry.faults(entry.kept(answers), context).isEmpty, "\(branch)")
            for code in expected {
              var without = entry.kept(answers)
              without[code] = nil
              #expect(entry.missing(without).contains(code), "\(branch) without \(code)")
            }
          }
        }
      }
    }
  }

  @Test("a motive is asked of who gave up, and only of them")
  func abandonment() async throws {
    let exit = try await seeded(.exit)
    #expect(exit.missing(exitAnswers).isEmpty)
    var answers = exitAnswers
    answers["S01"] = .string("ABAN")
    #expect(exit.missing(answers) == ["S02"])
    answers["S02"] = .string("GARDE")
    #expect(exit.faults(answers, context).isEmpty)
    answers["S01"] = .string("TERM")
    #expect(exit.kept(answers)["S02"] == nil)
  }

  @Test(
    "an answer that cannot be is named",
    arguments: [
      ("E01", JSONValue.string("NSP"), "choix"), ("E01", .bool(true), "choix"), ("E13", .string("RSA"), "choix"),
      ("E13", .array([.string("AUC"), .string("RSA")]), "seule"), ("E13", .array([.string("XXX")]), "choix"),
      ("E13", .array([.string("RSA"), .string("RSA")]), "choix"), ("E07", .string("2026-01-13"), "trop-tard"),
      ("E10", .string("hier"), "format"), ("E00", .string("2026-03-03"), "trop-tard"),
      ("E77", .string("O"), "inconnu"),
      ("E15", .string("  "), "obligatoire"),
    ])
  func impossible(code: String, answer: JSONValue, fault: String) async throws {
    let entry = try await seeded(.entry)
    var answers = entryAnswers
    answers[code] = answer
    let faults = entry.faults(answers, context)
    #expect(faults.map(\.code) == [fault])
    #expect(faults.map(\.field) == ["answers.\(code)"])
  }

  @Test(
    "what the guide forbids is refused, with the reason",
    arguments: [
      ("E00", ["E00": JSONValue.string("2026-01-11")], "trop-tot"),
      ("E03", ["E03": .string("SCO")], "interdit"), ("E03", ["E03": .string("APP")], "interdit"),
      ("E05", ["E04": .string("O"), "E05": .string("CDI")], "interdit"),
      ("E05", ["E04": .string("O"), "E05": .string("IND")], "interdit"),
      ("E06", ["E06": .string("RECH")], "interdit"), ("E06", ["E06": .string("NON")], "interdit"),
      ("E08", ["E08": .string("O")], "interdit"), ("E09", ["E09": .string("N")], "interdit"),
      ("E13", ["E13": .array([.string("ASS")])], "exige"), ("E13", ["E13": .array([.string("AUC")])], "exige"),
    ])
  func forbidden(code: String, wrong: [String: JSONValue], fault: String) async throws {
    let entry = try await seeded(.entry, version: 2)
    #expect(entry.contradictions(at: "entry").isEmpty)
    #expect(entry.faults(entry.kept(entryAnswers), context).isEmpty)
    let answers = entry.kept(entryAnswers.merging(wrong) { $1 })
    let faults = entry.faults(answers, context)
    #expect(faults.map(\.code) == [fault] && faults.map(\.field) == ["answers.\(code)"])
    #expect(code == "E00" || faults.first?.message.contains("Le guide") == true)
  }

  @Test("an aided job and the RSA beside another aid are allowed, and all that is suggested is")
  func allowed() async throws {
    let entry = try await seeded(.entry, version: 2)
    let aided: [String: JSONValue] = [
      "E04": .string("O"), "E05": .string("AID"), "E13": .array([.string("RSA"), .string("AAH")]),
    ]
    #expect(entry.faults(entry.kept(entryAnswers.merging(aided) { $1 }), context).isEmpty)
    let suggested = entry.suggestions(context)
    #expect(suggested.count == entry.questions.count { $0.suggested != nil || $0.suggestedFrom != nil })
    let exit = try await seeded(.exit, version: 2)
    #expect(try await exit.questions == seeded(.exit).questions)
  }

  @Test("the guide's one exception, an aided job, needs its reason and the paper that proves it")
  func exception() async throws {
    let entry = try await seeded(.entry, version: 3)
    #expect(entry.contradictions(at: "entry").isEmpty)
    #expect(entry.missing(entryAnswers, filed: []).isEmpty)
    var aided = entryAnswers.merging(["E04": .string("O"), "E05": .string("AID")]) { $1 }
    #expect(entry.missing(aided) == ["E05J"])
    aided["E05J"] = .string("CUI-CAE à la commune de Privas.")
    #expect(entry.missing(aided, filed: []) == ["E05J"])
    #expect(entry.missing(aided, filed: [.employment]).isEmpty)
    #expect(entry.faults(entry.kept(aided), context).isEmpty)
    let refused = aided.merging(["E05": .string("CDI")]) { $1 }
    #expect(entry.faults(entry.kept(refused), context).map(\.code) == ["interdit"])
    let exit = try await seeded(.exit, version: 3)
    #expect(try await exit.questions == seeded(.exit, version: 2).questions)
  }

  @Test("the county's defaults are suggested as far as they may be answered")
  func defaults() async throws {
    let entry = try await seeded(.entry)
    let suggested = entry.suggestions(context)
    #expect(suggested["E03"] == .string("AUT"))
    #expect(suggested["E04"] == .string("N"))
    #expect(suggested["E05"] == .string("AID"))
    #expect(suggested["E06"] == .string("ACT15"))
    #expect(suggested["E08"] == .string("N"))
    #expect(suggested["E09"] == .string("O"))
    #expect(suggested["E13"] == .array([.string("RSA")]))
    #expect(suggested["E10"] == .string("2026-01-05"))
    #expect(suggested["E01"] == nil)
    // Oriented after the entry: the day may not be answered, so it is not suggested.
    var late = context
    late.orientation = Scene.day("2026-02-01")
    #expect(entry.suggestions(late)["E07"] == nil)
  }

  @Test("a questionnaire with a condition on what does not come before is refused")
  func contradictions() {
    let questions = [
      FormQuestion(
        code: "A", label: "A", kind: .choice, choices: [FormChoice(code: "O", label: "Oui")],
        when: [FormCondition(question: "B", among: ["O"])]),
      FormQuestion(code: "A", label: "A", kind: .multiple),
    ]
    let faults = Questionnaire(version: 2, form: .entry, title: "T", questions: questions).contradictions(at: "entry")
    #expect(faults.map(\.field) == ["entry.0.when", "entry.1.code", "entry.1.choices"])
    let rule = FormQuestion(
      code: "C", label: "C", kind: .choice, choices: [FormChoice(code: "O", label: "Oui")], forbidden: ["N"])
    let unknown = Questionnaire(version: 2, form: .entry, title: "T", questions: [rule]).contradictions(at: "entry")
    #expect(unknown.map(\.field) == ["entry.0.forbidden"])
  }
}
