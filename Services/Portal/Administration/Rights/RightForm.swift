import API
import Domain
import Service

extension Right: FormValue {}

/// The rights of one profile: those that stay ticked stay.
struct RightsForm: SettingForm {
  let visit: Visit
  let shown: ProfileRights
  let history: Panel

  static let room = "Profils et droits"

  static func load(_ visit: Visit) async throws -> RightsForm {
    let shown = try await shownRights(visit)
    return RightsForm(visit: visit, shown: shown, history: try await rightsHistory(visit, of: shown.profile))
  }

  /// The rights by subject: one name a subject, so that each box has an id of its own.
  struct Draft: Sendable {
    var rights: [RightSubject: [Right]]

    subscript(_ subject: RightSubject) -> [Right] {
      get { rights[subject] ?? [] }
      set { rights[subject] = newValue }
    }
  }

  var groups: [QuestionGroup<Draft>] {
    RightSubject.allCases.compactMap { subject in
      let choices = shown.offered.filter { $0.subject == subject }.map { right in
        Choice(right.rawValue, right.label, help: shown.kept.contains(right) ? "Ne se retire pas" : nil)
      }
      return choices.isEmpty
        ? nil : QuestionGroup(.boxes(subject.rawValue, \.[subject], subject.title, choices))
    }
  }

  var draft: Draft { Draft(rights: Dictionary(grouping: shown.rights.filter(shown.offered.contains), by: \.subject)) }
  var version: Int? { shown.version }
  var sending: Sending { Sending("droits", "Enregistrer les droits", cancel: rightsAddress) }

  var head: PageHead {
    let all = Action(
      "Rendre tous les droits", "\(shown.address)/origine", icon: .undo, confirmation: restoration(of: shown))
    return PageHead(
      shown.profile.label, lead: French.count(shown.accounts, "compte ouvert", "comptes ouverts"),
      back: Link("Profils et droits", rightsAddress), actions: shown.withdrawn.isEmpty ? [] : [all])
  }

  func body(_ form: any Piece) -> [any Piece] {
    let consequence = Notice(
      "Ce que cela change",
      "Un droit décoché est retiré à \(French.count(shown.accounts, "compte")) : les pages et l’interface le refusent, "
        + "et les boutons disparaissent. Les sessions ouvertes suivent dans les minutes qui viennent. Ce qui a été fait "
        + "reste.")
    return [consequence, form, history]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    // What was not offered stays as it is.
    let chosen = RightSubject.allCases.flatMap { draft[$0] } + shown.rights.filter(Right.awaited.contains)
    do {
      let saved = try await visit.services.call(
        IdentityAPI.changeProfileRights, ["profile": shown.profile.rawValue], ProfileRightsDraft(rights: chosen),
        version: version)
      let (name, count) = (saved.profile.label, saved.withdrawn.count)
      return .see(
        rightsAddress,
        saying: count == 0
          ? "Le profil « \(name) » a tous ses droits."
          : "Le profil « \(name) » est enregistré : \(French.count(count, "droit retiré", "droits retirés")).")
    } catch var problem as Problem {
      // The service speaks of all rights at once: it is said where the box stands that was unticked.
      let subject = shown.kept.first { !chosen.contains($0) }?.subject ?? .dossiers
      problem.faults = problem.faults?.map { Fault(subject.rawValue, $0.code, $0.message) }
      throw problem
    }
  }
}

private func restoration(of shown: ProfileRights) -> Confirmation {
  Confirmation(
    id: "origine", title: "Rendre tous les droits au profil « \(shown.profile.label) » ?",
    consequences: shown.withdrawn.map { "Rendu : \($0.label)." },
    reassurance: "L’historique garde ce que vous aviez décidé.", address: "\(shown.address)/origine",
    label: "Rendre tous les droits", values: [HiddenValue("version", String(shown.version))], back: shown.address)
}

/// The question on a page of its own, for browsers without scripts.
func restorationPage(_ visit: Visit) async throws -> PageAnswer {
  let shown = try await shownRights(visit)
  guard !shown.withdrawn.isEmpty else {
    return .see(shown.address, saying: "Ce profil a déjà tous ses droits.", tone: .info)
  }
  let question = restoration(of: shown)
  let head = PageHead(question.title, back: Link(shown.profile.label, shown.address))
  return visit.page(
    head, .administration, title: "Profils et droits", [Panel("Ce qui va se passer", [question])])
}

func restoreRights(_ visit: Visit) async throws -> PageAnswer {
  let shown = try await shownRights(visit)
  return try await .acting(at: shown.address, unless: "Ces droits ont changé") {
    _ = try await visit.services.call(
      IdentityAPI.changeProfileRights, ["profile": shown.profile.rawValue],
      ProfileRightsDraft(rights: shown.usual), version: try visit.version)
    return .see(rightsAddress, saying: "Le profil « \(shown.profile.label) » a tous ses droits.")
  }
}
