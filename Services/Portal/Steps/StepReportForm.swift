import API
import Domain
import Foundation
import Service

/// The assessment of a step with what its offer asks at the end, for those who type its presence.
struct StepReportForm: DossierForm {
  let open: OpenDossier
  let step: Step
  let labels: CountyList

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> StepReportForm {
    async let opening = AttendanceForm.load(visit)
    async let naming = visit.services.call(ServiceName.fse.lists.all)
    let (presence, lists) = try await (opening, naming)
    return StepReportForm(open: presence.open, step: presence.step, labels: lists[.characteristic])
  }

  struct Draft: Sendable {
    var report: String?
    var told: [String: String]

    subscript(text code: String) -> String? {
      get { told[code] }
      set { told[code] = newValue }
    }

    subscript(day code: String) -> CalendarDate? {
      get { told[code].flatMap { CalendarDate($0) } }
      set { told[code] = newValue?.description }
    }
  }

  var groups: [QuestionGroup<Draft>] {
    let told = step.asked.map { asked -> Question<Draft> in
      let (name, label) = ("characteristics.\(asked.code)", labels.label(of: asked.code))
      switch asked.kind {
      case .text: return .line(name, \.[text: asked.code], label, most: 500)
      case .number: return .line(name, \.[text: asked.code], label, width: .narrow, most: 20)
      case .date: return .date(name, \.[day: asked.code], label)
      case .yesNo:
        return .list(
          name, \.[text: asked.code], label, none: "Non renseigné", width: .narrow,
          [
            Choice("oui", "Oui"), Choice("non", "Non"),
          ])
      }
    }
    return [
      QuestionGroup(.area("report", \.report, "Bilan de fin d’étape", rows: 8, most: 4000)),
      QuestionGroup("Caractéristiques", all: told),
    ].filter { !$0.questions.isEmpty }
  }

  var draft: Draft { Draft(report: step.report, told: step.characteristics) }
  var version: Int? { step.version }
  private var back: String { open.address("parcours/\(step.id)/detail") }
  var sending: Sending { Sending("bilan", "Enregistrer le bilan", cancel: back) }
  var head: PageHead { PageHead("Bilan", lead: step.period, back: Link(step.offerName, back)) }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      FSEAPI.saveStepReport, ["step": step.id], StepReport(report: draft.report, characteristics: draft.told),
      version: version)
    return .see(back, saying: "Le bilan est enregistré.")
  }
}
