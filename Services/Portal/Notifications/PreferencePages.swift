import API
import Domain
import Foundation
import Service

private let address = "/notifications/preferences"

/// How one is told of each kind of thing.
func addPreferencePages(to pages: Pages) {
  pages.get("notifications/preferences") { visit in try await preferencePage(visit) }
  pages.post("notifications/preferences") { visit in
    let said = NoticeKind.allCases.compactMap { kind in
      visit.form[kind.rawValue].flatMap(NoticePreference.Way.init(rawValue:)).map {
        NoticePreference(kind: kind, way: $0)
      }
    }
    // A kind that the page does not show keeps what was said of it.
    let before = try await visit.services.call(SchedulingAPI.showNoticePreferences).preferences
    let kept = before.filter { old in !said.contains { $0.kind == old.kind } }
    _ = try await visit.services.call(
      SchedulingAPI.setNoticePreferences, [:], NoticePreferences(preferences: said + kept))
    return .see(address, saying: "Vos préférences de notification sont enregistrées.")
  }
}

private func preferencePage(_ visit: Visit) async throws -> PageAnswer {
  let preferences = try await visit.services.call(SchedulingAPI.showNoticePreferences).preferences
  let fields = preferences.filter { visit.person.may(anyOf: $0.kind.rights) }.map { preference in
    Field.radios(
      preference.kind.rawValue, preference.kind.label,
      NoticePreference.Way.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == preference.way) },
      isInline: true, Field.Common(isRequired: false, saysOptional: false))
  }
  let form = Form(
    id: "preferences", address: address, groups: [FieldGroup(fields: fields)], values: [],
    submit: "Enregistrer les préférences", cancel: Link("Annuler", "/notifications"))
  let head = PageHead(
    "Préférences de notification",
    lead: "Choisissez comment être prévenu. Un courriel ne nomme jamais la personne : il renvoie à Jalons.",
    back: Link("Notifications", "/notifications"))
  return visit.page(head, nil, [form])
}

extension NoticePreference.Way {
  fileprivate var label: String {
    switch self {
    case .portal: "Dans Jalons"
    case .email: "Dans Jalons et par courriel"
    case .silent: "Pas du tout"
    }
  }
}

extension NoticeKind {
  /// One of these makes it happen that one is told of it.
  fileprivate var rights: [Right] {
    switch self {
    case .entered, .lead, .former, .contract, .step, .note, .appointment, .reminder, .delegation: [.readDossiers]
    case .usage: [.readAudit, .administer]
    case .feed, .feedMissing, .feedArrived: [.importFeed, .readFeedRuns]
    }
  }

  fileprivate var label: String {
    switch self {
    case .entered: "Entrées dans ma file active"
    case .lead: "Dossiers qui me sont confiés"
    case .former: "Dossiers confiés à un autre référent"
    case .contract: "Contrats"
    case .step: "Accès de référent d’étape"
    case .note: "Notes qui me sont attribuées"
    case .appointment: "Rendez-vous pris ou déplacés par d’autres"
    case .reminder: "Rappels par SMS qui ne partent pas"
    case .delegation: "Remplacements"
    case .usage: "Usages inhabituels"
    case .feed: "Déversements"
    case .feedMissing: "Déversement absent"
    case .feedArrived: "Déversement arrivé après un retard"
    }
  }
}
