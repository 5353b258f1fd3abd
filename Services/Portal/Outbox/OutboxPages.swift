import API
import Domain
import Foundation
import Service

// No right stands at the door: the service opens it to everybody in a demonstration, else to those who operate.
let outboxRoom = Room(
  administration: [
    GuardedLink(
      rights: [.operate, .administer], link: Link("Envois", "/outils/envois"),
      text: "SMS et courriels partis, ou qui seraient partis")
  ]
) { pages in
  pages.get("outils/envois") { visit in try await outboxPage(visit) }
}

private let pageLength = 50

/// What left: word for word for administrators, to settle « je n'ai rien reçu »; channel and state for who operates.
private func outboxPage(_ visit: Visit) async throws -> PageAnswer {
  let query = SchedulingPageQuery(after: visit.query["apres"], limit: pageLength)
  let found = try await visit.services.call(SchedulingAPI.listOutgoingMessages, [:], query)
  let table = Table(
    id: "envois", caption: "Envois, du plus récent au plus ancien",
    columns: [
      Column("Quand"), Column("Voie"), Column("Destinataire"), Column("Texte"), Column("État"),
    ], rows: found.items.map { row($0, leads: visit.may(.readDossiers)) },
    empty: EmptyState(
      "Aucun envoi", "Les rappels de rendez-vous et les courriels s’affichent ici dès qu’ils partent.", icon: .send),
    pager: Pager(
      first: query.after == nil ? nil : "/outils/envois",
      next: found.next.map { Address("/outils/envois", ["apres": $0]).text }))
  let isAdministration = visit.person.may(anyOf: [.administer, .operate])
  let isCounted = visit.may(.operate) && found.items.allSatisfy { $0.recipient == nil }
  let head = PageHead(
    "Envois",
    lead: isCounted
      ? "Les SMS et courriels partis et leur état ; destinataires et textes sont réservés à l’administration."
      : "Les SMS et courriels, tels qu’ils sont partis ou seraient partis.",
    back: isAdministration ? Link("Administration", "/administration") : nil)
  return visit.page(head, isAdministration ? .administration : nil, [table])
}

/// - Parameter leads: whether the person may open the dossier that the message is about.
private func row(_ message: OutgoingMessage, leads: Bool) -> Row {
  let isSMS = message.channel == "sms"
  let counted = message.segments.map { " · compte pour \($0) SMS" } ?? ""
  let address: String? =
    if leads, let dossier = message.dossier {
      message.appointment.map { "/dossiers/\(dossier)/entretiens/\($0)" } ?? "/dossiers/\(dossier)"
    } else {
      nil
    }
  return Row(
    id: message.id.description, name: message.recipient ?? "sans destinataire",
    mark: message.status == .failed ? .late : .neutral,
    [
      Cell(French.moment(message.settledAt), address: address),
      Cell(Badge(isSMS ? "SMS" : "Courriel", .neutral, icon: isSMS ? .sms : .mail)),
      Cell(message.recipient ?? "—"),
      Cell(
        [message.subject, message.text].compactMap { $0 }.joined(separator: " — "),
        detail: message.provider.map { "Par \($0)\(counted)" }),
      Cell(message.status.badge, detail: message.fault),
    ])
}
