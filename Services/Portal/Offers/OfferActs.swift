import API
import Domain
import Foundation
import Service

/// What is done to an offer as a whole: activated or not, taken away.
func addOfferActs(to pages: Pages) {
  pages.post("offres/{offer}/activite", rights: [.editOffers]) { visit in try await switchActivity(visit) }
  pages.get("offres/{offer}/suppression", rights: [.editOffers]) { visit in
    let id = try visit.id("offer", of: Offer.self)
    let offer = try await visit.services.call(FSEAPI.showOffer, ["offer": id])
    let head = PageHead("Supprimer cette offre ?", back: Link(offer.name, "/offres/\(id)"))
    return visit.page(head, .offers, [Panel("Ce qui va se passer", [offer.removal])])
  }
  pages.post("offres/{offer}/suppression", rights: [.editOffers]) { visit in try await removeOffer(visit) }
}

extension Offer {
  /// What the person may do from the offer's page.
  func acts(_ visit: Visit) -> [Action] {
    var acts: [Action] = []
    if visit.may(.registerOnOffers), active {
      acts.append(Action("Inscrire des personnes", "/offres/\(id)/inscrire", icon: .users))
    }
    guard visit.may(.editOffers) else { return acts }
    return acts + [
      Action("Modifier", "/offres/\(id)/modifier", icon: .edit),
      Action("Prolonger", "/offres/\(id)/prolonger", icon: .calendar, weight: .plain),
      Action(
        active ? "Désactiver" : "Réactiver", "/offres/\(id)/activite", icon: active ? .pause : .check, weight: .plain,
        posts: true,
        values: [HiddenValue("version", String(version)), HiddenValue("active", active ? "non" : "oui")]),
      Action("Supprimer", "/offres/\(id)/suppression", icon: .trash, weight: .plain, confirmation: removal),
    ]
  }

  fileprivate var removal: Confirmation {
    Confirmation(
      id: "supprimer-offre", title: "Supprimer cette offre ?",
      consequences: ["« \(name) » disparaît, comme si elle n’avait pas été saisie."],
      reassurance: "Une offre sur laquelle une personne est inscrite ne se supprime pas : désactivez-la.",
      address: "/offres/\(id)/suppression", label: "Supprimer l’offre", isDangerous: true, back: "/offres/\(id)")
  }
}

private func switchActivity(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("offer", of: Offer.self)
  let version = try visit.version
  return try await PageAnswer.acting(at: "/offres/\(id)", unless: "L’offre a changé") {
    let offer = try await visit.services.call(FSEAPI.showOffer, ["offer": id])
    var draft = offer.asDraft
    draft.active = visit.form["active"] == "oui"
    let saved = try await visit.services.call(FSEAPI.changeOffer, ["offer": id], draft, version: version)
    return .see(
      "/offres/\(id)",
      saying: saved.active
        ? "L’offre est de nouveau proposée." : "L’offre n’est plus proposée. Elle reste dans les parcours.")
  }
}

private func removeOffer(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("offer", of: Offer.self)
  do {
    _ = try await visit.services.call(FSEAPI.deleteOffer, ["offer": id])
  } catch let problem as Problem where problem.status == 409 {
    return .see(
      "/offres/\(id)", saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "), tone: .waiting)
  }
  return .see("/offres", saying: "L’offre est supprimée.")
}

/// A later last day, as when a contract is renewed.
struct OfferExtensionForm: DraftForm {
  let visit: Visit
  let offer: Offer

  static func load(_ visit: Visit) async throws -> OfferExtensionForm {
    OfferExtensionForm(
      visit: visit,
      offer: try await visit.services.call(FSEAPI.showOffer, ["offer": try visit.id("offer", of: Offer.self)]))
  }

  struct Draft: Sendable {
    var endsOn: CalendarDate
  }

  var groups: [QuestionGroup<Draft>] {
    let (before, starts) = (offer.endsOn, offer.startsOn)
    return [
      QuestionGroup(
        text: "L’offre finit le \(French.long(before)). Les personnes inscrites gardent leurs dates.",
        .date("endsOn", \.endsOn, "Nouvelle fin", missing: "Indiquez la nouvelle fin.").check { draft in
          draft.endsOn < starts ? "La fin précède le début (\(French.short(starts)))." : nil
        }.doubt { draft in
          draft.endsOn < before
            ? Doubt(
              question: "Cette fin est plus tôt que l’actuelle (\(French.short(before))). Est-ce voulu ?",
              label: "Oui, raccourcir l’offre", subject: draft.endsOn.description) : nil
        })
    ]
  }

  var draft: Draft { Draft(endsOn: offer.endsOn) }
  var version: Int? { offer.version }
  var sending: Sending { Sending("prolongation", "Prolonger l’offre", cancel: "/offres/\(offer.id)") }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    visit.page(PageHead("Prolonger l’offre", back: Link(offer.name, "/offres/\(offer.id)")), .offers, notices + [form])
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] { [] }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    var sent = offer.asDraft
    sent.endsOn = draft.endsOn
    _ = try await visit.services.call(FSEAPI.changeOffer, ["offer": offer.id], sent, version: version)
    return .see("/offres/\(offer.id)", saying: "L’offre finit désormais le \(French.long(draft.endsOn)).")
  }
}
