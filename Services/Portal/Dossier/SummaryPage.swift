import API
import Domain
import Foundation
import Service

/// A dossier at a glance: what is known of the person, and what each section brings.
func summaryPage(_ visit: Visit) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit, reads: OpenDossier.summaryReads(visit))
  let brought = await open.summaryPanels()
  if visit.person.isOperators { return open.page(PageHead("Résumé"), in: "", [open.operatorsPanel] + brought) }
  let half = (brought.count + 1) / 2
  let left: [any Piece] = [open.contactPanel, open.identityPanel] + Array(brought.prefix(half))
  let right: [any Piece] = [open.entitlementPanel, open.householdPanel] + Array(brought.dropFirst(half))
  return open.page(PageHead("Résumé"), in: "", open.notices + [SideBySide(left: left, right: right)])
}

/// - Throws: 404 for a person whose NIR is not known.
func nirPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let revealing = visit.services.call(DossiersAPI.showNIR, ["dossier": id])
  let (open, revealed) = try await (opening, revealing)
  return open.revealed(revealed)
}

extension OpenDossier {
  /// What cannot wait: an exit that the feed proposes, a feed that has stopped.
  fileprivate var notices: [any Piece] {
    var notices: [Notice] = []
    if let exit = detail.proposedExit {
      let decide =
        visit.may(.exitDossier) || visit.may(.cancelExit)
        ? [Action("Examiner", address("sortie-proposee"), icon: .arrowRight, weight: .primary)] : []
      notices.append(
        Notice(
          "Genesis propose une sortie : \(exit.reason.label.lowercasedFirst)",
          "La sortie de la file active prendrait effet le \(French.long(exit.exitOn)).", .waiting, actions: decide))
    } else if isStale(detail.refreshedOn, today: today), let refreshed = detail.refreshedOn {
      notices.append(
        Notice(
          "Genesis n’actualise plus ce dossier depuis le \(French.long(refreshed))",
          "L’accompagnement y est sans doute clos. Vérifiez auprès du secrétariat s’il faut saisir une sortie.",
          .waiting))
    }
    return notices
  }

  fileprivate var contactPanel: Panel {
    let edit =
      visit.may(.editContact) ? [Action("Modifier", address("identite"), icon: .edit, weight: .plain)] : []
    let place = [detail.address, [detail.postalCode, detail.commune].compactMap { $0 }.joined(separator: " ")]
      .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
    return Panel(
      "Contact", actions: edit,
      [
        Facts([
          fact(
            "Téléphone", detail.phone, scheme: "tel:", isShared: detail.partner?.sharesPhone, PhoneNumber.shown),
          fact(
            "Adresse électronique", detail.email, scheme: "mailto:", isShared: detail.partner?.sharesEmail
          ) { $0 },
          Fact(
            "Adresse", place.isEmpty ? nil : place,
            badge: detail.outsideCounty ? Badge("Hors département", .waiting, icon: .mapPin) : nil),
          Fact("SMS", detail.smsRefused ? "Refusés par la personne" : "Acceptés"),
        ])
      ])
  }

  /// - Parameter shown: a value as it is read.
  private func fact(
    _ label: String, _ contact: ContactValue, scheme: String, isShared: Bool?, _ shown: (String?) -> String?
  ) -> Fact {
    let origin = contact.isLocal ? "saisi ici" : "d’après Genesis, à la création du dossier"
    let source = contact.value.map { _ in
      contact.changedAt.map { "\(origin), le \(French.long(CalendarDate($0)))" } ?? origin
    }
    let differs = contact.feedValue != contact.value
    return Fact(
      label, shown(contact.value), address: contact.value.map { scheme + $0.filter { $0 != " " } },
      badge: isShared == true ? Badge("Partagé avec son conjoint", .waiting, icon: .users) : nil, source: source,
      feedValue: differs ? shown(contact.feedValue) : nil)
  }

  fileprivate var identityPanel: Panel {
    let reveal = detail.maskedNir == nil ? nil : revealing("Afficher le NIR")
    return Panel(
      "Identité",
      [
        Facts([
          Fact("Nom", [detail.title.map(titleWord), name].compactMap { $0 }.joined(separator: " ")),
          Fact("Nom de naissance", detail.birthName),
          Fact("Naissance", detail.birthDate.map { French.birth($0, detail.birthPrecision) }),
          Fact("Nationalité", detail.nationality.map(nationalityLabel)), Fact("NIR", detail.maskedNir, action: reveal),
          Fact("Numéro de dossier", String(detail.number)), Fact("Numéro Genesis", detail.genesisId),
          Fact("Territoire", detail.territoryName),
        ])
      ])
  }

  /// What an operator's people may know of who is registered with them.
  fileprivate var operatorsPanel: Panel {
    Panel(
      "Identité",
      [
        Facts([
          Fact("Nom", [detail.title.map(titleWord), name].compactMap { $0 }.joined(separator: " ")),
          Fact("Année de naissance", detail.birthDate.map { String($0.year) }),
          Fact("Numéro de dossier", String(detail.number)),
        ])
      ])
  }

  /// Asked for by a button, never by a link that a browser may follow by itself: each showing is in the audit log.
  private func revealing(_ label: String) -> Action? {
    guard visit.may(.revealNIR) else { return nil }
    return Action(label, address("nir"), icon: .eye, weight: .plain, posts: true)
  }

  /// The NIR and the claimant's number, this once.
  fileprivate func revealed(_ numbers: RevealedNIR) -> PageAnswer {
    let nir = numbers.nir.map { CopyValue(id: "nir", "NIR de \(name)", $0, confirmation: "Le NIR est copié.") }
    let claimant = numbers.claimantNumber.map {
      CopyValue(id: "matricule", "Matricule de l’allocataire du foyer", $0, confirmation: "Le matricule est copié.")
    }
    let note = Paragraph("Cet affichage est inscrit au journal d’audit, avec votre nom et l’heure.", isMuted: true)
    let body: [any Piece] = [nir, claimant].compactMap { $0 } + [note]
    let head = PageHead(
      "NIR", back: Link("Résumé", address()), actions: [Action("Masquer", address(), icon: .x)])
    return page(head, in: "", [Panel("Numéro de sécurité sociale", body)])
  }

  fileprivate var entitlementPanel: Panel {
    let suspended = detail.suspendedOn.map {
      "le \(French.long($0))\(reason(entitlementReason(detail.suspensionReason)))"
    }
    let closed = detail.closedOn.map { "le \(French.long($0))\(reason(entitlementReason(detail.closureReason)))" }
    let notice = detail.formalNoticeOn.map { "le \(French.long($0))\(reason(detail.formalNoticeReason))" }
    let refreshed = detail.refreshedOn.map(French.long)
    let facts: [Fact?] = [
      Fact("État du droit", nil, badge: Badge(detail.entitlement.label, detail.entitlement.tone)),
      Fact("Ouvert depuis", detail.entitlementOpenedOn.map(French.long)),
      suspended.map { Fact("Suspendu", $0) }, closed.map { Fact("Clos", $0) },
      Fact(
        "Droits et devoirs", dutiesLabel(detail.duties),
        source: detail.dutiesSince.map { "depuis le \(French.long($0))" }),
      Fact(
        "Orientation", detail.orientation.map(orientationLabel),
        source: detail.orientedOn.map { "le \(French.long($0))" }),
      notice.map { Fact("Mise en demeure", $0) },
      isStale(detail.refreshedOn, today: today)
        ? Fact("Date d’actualisation", nil, badge: Badge(refreshed ?? "", .waiting, icon: .clock))
        : Fact("Date d’actualisation", refreshed),
    ]
    let all = Action("Évènements", address("droit"), weight: .plain)
    return Panel("Droit", actions: [all], [Facts(facts.compactMap { $0 })])
  }

  private func reason(_ text: String?) -> String { text.map { " : \($0)" } ?? "" }

  fileprivate var householdPanel: Panel {
    let partner = detail.partner.map { French.name($0.familyName, $0.givenName) }
    return Panel(
      "Foyer",
      [
        Facts([
          Fact(
            "Conjoint", partner, address: detail.partner.flatMap { $0.reachable ? "/dossiers/\($0.dossier)" : nil }),
          Fact(
            "Situation familiale", detail.familySituation.map(familySituationLabel),
            source: detail.familySince.map { "depuis le \(French.long($0))" }),
          Fact("Enfants à charge", detail.dependentChildren.map { String($0) }),
          Fact("Organisme payeur", detail.payer),
          Fact(
            "Matricule", detail.claimantNumber,
            action: detail.isClaimantMasked ? revealing("Afficher le matricule") : nil),
        ])
      ])
  }
}

extension String {
  /// In the middle of a sentence: « droit clos ».
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
