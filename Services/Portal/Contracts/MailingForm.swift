import API
import Domain
import Foundation
import Service

extension DocumentMailingDraft.Document: FormValue {}

extension DocumentMailing {
  /// As the contract's page lists it.
  func item(at place: String) -> Item {
    let meta = "\(French.moment(settledAt ?? askedAt)) · \(address) · \(askedByName)"
    switch status {
    case .waiting:
      return Item(
        "Envoi par courriel", text: "Il part dans quelques secondes ; actualisez la page.", meta: meta, icon: .mail,
        badges: [Badge("En cours", .waiting, icon: .clock)])
    case .sent:
      let receipt = Action("Preuve d’envoi", "\(place)/\(id)/preuve", icon: .download, weight: .plain)
      return Item(
        "Envoi par courriel", meta: meta, icon: .mail, badges: [Badge("Envoyé", .done, icon: .check)],
        actions: [receipt])
    case .failed:
      return Item(
        "Envoi par courriel", text: fault, meta: meta, icon: .mail, badges: [Badge("Non envoyé", .late, icon: .x)])
    }
  }
}

/// The contract's document, sent to the person by e-mail.
struct MailingForm: ContractForm {
  let held: OpenContract
  let documents: ContractDocuments

  static let zone: ContractZone? = nil

  static func load(_ visit: Visit) async throws -> MailingForm {
    let held = try await OpenContract.load(visit)
    return MailingForm(held: held, documents: try await visit.services.call(ContractsAPI.listDocuments, held.path))
  }

  var isNew: Bool { true }

  private var isSigned: Bool { documents.signatures.contains { $0.status == .signed } }

  var instead: PageAnswer? {
    guard documents.email?.isEmpty ?? true else { return nil }
    let edit = Action("Modifier les coordonnées", held.open.address("identite"), icon: .edit)
    let notice = Notice(
      "Le dossier n’a pas d’adresse électronique.",
      "Complétez-la avec la personne, ou remettez-lui le document en mains propres ou par courrier.", .waiting,
      actions: (held.open.visit.may(.editContact) ? [edit] : [])
        + [Action("Noter la remise", held.address("remise"), icon: .send)])
    return held.page("Envoyer par courriel", [notice])
  }

  struct Draft: Sendable { var document: DocumentMailingDraft.Document? }

  var groups: [QuestionGroup<Draft>] {
    let printed = Choice("printed", held.sheet.models.first?.label ?? "Le contrat", help: "Tel qu’il est aujourd’hui")
    let signed = Choice("signed", "Le document signé", help: "Le dernier que la personne a signé par SMS")
    return [
      QuestionGroup(
        .radios(
          "document", \.document, "Document à joindre", isSigned ? [printed, signed] : [printed],
          missing: "Choisissez le document à envoyer."))
    ]
  }

  var draft: Draft { Draft(document: isSigned && !held.contract.state.isDecided ? .signed : .printed) }

  var sending: Sending { Sending("envoi", "Envoyer le courriel", cancel: held.address()) }

  var head: PageHead {
    PageHead(
      "Envoyer par courriel",
      lead: "À \(documents.email ?? ""), l’adresse du dossier. L’objet du message ne révèle pas ce qu’il contient.",
      back: held.back)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let document = draft.document else { throw Problem.malformed("Le formulaire est incomplet.") }
    _ = try await visit.services.call(
      ContractsAPI.mailDocument, held.path, DocumentMailingDraft(document: document), key: visit.key)
    return .see(
      held.address() + "#remise",
      saying:
        "Le courriel part à \(documents.email ?? ""). La remise est notée dès que le serveur de messagerie l’a accepté."
    )
  }
}
