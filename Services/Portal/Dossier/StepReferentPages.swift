import API
import Domain
import Foundation
import Service

/// The step référents of a dossier: naming one, changing the days, taking the access back.
enum StepReferents {
  static func add(to pages: Pages) {
    let steps = "dossiers/{dossier}/referents/etape"
    pages.form(steps, rights: [.nameStepReferent], StepReferentForm.self)
    pages.form("\(steps)/{stepReferent}", rights: [.nameStepReferent], StepReferentDaysForm.self)
    pages.get("\(steps)/{stepReferent}/fin", rights: [.nameStepReferent]) { visit in
      let (open, entry) = try await found(visit)
      guard entry.isOpen(on: visit.today) else { return over(open) }
      return open.page(asking: open.ending(of: entry), in: "referents")
    }
    pages.post("\(steps)/{stepReferent}/fin", rights: [.nameStepReferent]) { visit in try await endAccess(visit) }
  }

  /// - Throws: 404 for somebody who is no step référent of this dossier.
  static func found(_ visit: Visit) async throws -> (OpenDossier, ReferentEntry) {
    let open = try await OpenDossier.load(visit)
    let id = try visit.id("stepReferent", of: ReferentEntry.self).value
    guard let entry = open.detail.referents.first(where: { $0.id == id && $0.kind == .step }) else {
      throw Problem.notFound("Ce référent d’étape")
    }
    return (open, entry)
  }

  static func over(_ open: OpenDossier) -> PageAnswer {
    .see(open.address("referents"), saying: "Cet accès est déjà terminé.", tone: .info)
  }

  private static func endAccess(_ visit: Visit) async throws -> PageAnswer {
    let (open, entry) = try await found(visit)
    return try await .acting(at: open.address("referents"), unless: "Ces dates ont changé") {
      do {
        _ = try await visit.services.call(
          DossiersAPI.endStepReferent, entry.path(in: open), version: try visit.version)
        return .see(open.address("referents"), saying: "\(entry.name) n’a plus accès au dossier.")
      } catch let problem as Problem where problem.type == "/problemes/acces-termine" {
        return over(open)
      }
    }
  }
}

extension ReferentEntry {
  fileprivate func address(in open: OpenDossier) -> String {
    open.address("referents/etape/\(id.uuidString.lowercased())")
  }

  fileprivate func path(in open: OpenDossier) -> [String: any CustomStringConvertible] {
    ["dossier": open.detail.id, "stepReferent": id.uuidString.lowercased()]
  }
}

extension OpenDossier {
  /// What may be done with a line of the référents' history: a step référent's days changed, the access taken back.
  func actions(on entry: ReferentEntry) -> [Action] {
    guard entry.kind == .step, entry.isOpen(on: today) else { return [] }
    let address = entry.address(in: self)
    return [
      Action("Changer les dates", address, weight: .plain),
      Action("Retirer l’accès", "\(address)/fin", weight: .plain, confirmation: ending(of: entry)),
    ]
  }

  fileprivate func ending(of entry: ReferentEntry) -> Confirmation {
    let begun = entry.fromDate <= today
    let others =
      detail.lead?.account == entry.account ? "Il reste référent de parcours du dossier." : nil
    return Confirmation(
      id: "retirer-\(entry.id.uuidString.lowercased())", title: "Retirer l’accès de \(entry.name) ?",
      consequences: [
        begun
          ? "\(entry.name) n’a plus accès au dossier, dès maintenant, et en est prévenu."
          : "\(entry.name) n’aura pas accès au dossier le \(French.long(entry.fromDate)), et en est prévenu.",
        others ?? "Le référent de parcours ne change pas. Ce qui a été saisi reste.",
      ],
      reassurance: "La frise et le journal d’audit en gardent la trace ; vous pourrez nommer la personne de nouveau.",
      address: "\(entry.address(in: self))/fin", label: "Retirer l’accès", isDangerous: true,
      values: [HiddenValue("version", String(entry.version))], back: address("referents"))
  }
}

/// A step référent who is named.
struct StepReferentForm: DossierForm {
  let open: OpenDossier
  /// How long the access lasts where nothing else is said.
  let days: Int

  static let section = "referents"

  /// The account is looked up by its name.
  struct Draft: Sendable {
    var account: ID<Account>?
    var from: CalendarDate
    var until: CalendarDate
  }

  static func load(_ visit: Visit) async throws -> StepReferentForm {
    async let opening = OpenDossier.load(visit)
    async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
    return try await StepReferentForm(open: opening, days: delaying[.stepAccess])
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(.colleague("account", \.account, "Collaborateur").help("Son nom, ou le début de son nom")),
      .days(\.from, \.until),
    ]
  }

  var draft: Draft { Draft(from: open.today, until: open.today.adding(days: days)) }
  var version: Int? { nil }
  var sending: Sending { Sending("etape", "Nommer référent d’étape", cancel: open.address("referents")) }

  var head: PageHead {
    let lead = "Il accède au dossier entre ces deux dates, par exemple pour finir ses saisies après une réorientation."
    return PageHead("Nommer un référent d’étape", lead: lead, back: Link("Référents", open.address("referents")))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let account = draft.account else { throw Problem.malformed("Le formulaire est incomplet.") }
    let named = try await visit.services.call(
      DossiersAPI.nameStepReferent, open.path,
      StepReferentDraft(account: account, from: draft.from, until: draft.until), key: visit.key)
    return .see(open.address("referents"), saying: "\(named.name) est référent d’étape.")
  }
}

/// The days of a step référent.
struct StepReferentDaysForm: DossierForm {
  let open: OpenDossier
  let entry: ReferentEntry

  static let section = "referents"

  static func load(_ visit: Visit) async throws -> StepReferentDaysForm {
    let (open, entry) = try await StepReferents.found(visit)
    return StepReferentDaysForm(open: open, entry: entry)
  }

  var instead: PageAnswer? { entry.isOpen(on: open.today) ? nil : StepReferents.over(open) }

  var groups: [QuestionGroup<StepReferentDays>] { [.days(\.from, \.until)] }

  var draft: StepReferentDays { StepReferentDays(from: entry.fromDate, until: entry.untilDate ?? open.today) }
  var version: Int? { entry.version }
  var sending: Sending { Sending("dates", "Enregistrer les dates", cancel: open.address("referents")) }

  var head: PageHead {
    let lead =
      entry.fromDate <= open.today
      ? "L’accès a commencé le \(French.long(entry.fromDate)). Son dernier jour se choisit à partir d’aujourd’hui."
      : "L’accès n’a pas encore commencé."
    return PageHead(
      "Changer les dates de \(entry.name)", lead: lead, back: Link("Référents", open.address("referents")))
  }

  func save(_ draft: StepReferentDays, version: Int?) async throws -> PageAnswer {
    do {
      let changed = try await visit.services.call(
        DossiersAPI.changeStepReferent, entry.path(in: open), draft, version: version)
      let last = changed.untilDate.map { " jusqu’au \(French.long($0))" } ?? ""
      return .see(open.address("referents"), saying: "\(changed.name) est référent d’étape\(last).")
    } catch let problem as Problem where problem.type == "/problemes/acces-termine" {
      return StepReferents.over(open)
    }
  }
}

extension QuestionGroup {
  /// From a day to another, both included.
  fileprivate static func days(_ from: Question<Draft>.Path<CalendarDate>, _ until: Question<Draft>.Path<CalendarDate>)
    -> Self
  {
    QuestionGroup(
      isPaired: true, .date("from", from, "Du", missing: "Indiquez le premier jour."),
      .date("until", until, "Au (inclus)", missing: "Indiquez le dernier jour."))
  }
}
