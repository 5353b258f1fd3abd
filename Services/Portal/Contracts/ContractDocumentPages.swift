import API
import Domain
import Foundation
import Service

func addDocumentPages(to pages: Pages) {
  let working: [Right] = [.draftContracts, .moveContracts]
  pages.form("contrats/{contract}/remise", rights: working, HandoverForm.self)
  pages.form("contrats/{contract}/envoi", rights: working, MailingForm.self)
  pages.get("contrats/{contract}/envois/{mailing}/preuve", rights: [.readDossiers]) { visit in
    let contract = try visit.id("contract", of: Contract.self)
    let mailing = try visit.id("mailing", of: DocumentMailing.self)
    let file = try await visit.services.open(
      ContractsAPI.downloadReceipt, ["contract": contract, "mailing": mailing], NoInput())
    return PageAnswer(.file(file, isShown: false))
  }
  pages.form("contrats/{contract}/numerisation", rights: working, limit: 21 * 1024 * 1024, ScanForm.self)
  pages.get("contrats/{contract}/numerisations/{scan}/fichier", rights: [.readDossiers]) { visit in
    let contract = try visit.id("contract", of: Contract.self)
    let scan = try visit.id("scan", of: ContractScan.self)
    let file = try await visit.services.open(
      ContractsAPI.downloadScan, ["contract": contract, "scan": scan], NoInput())
    return PageAnswer(.file(file, isShown: true))
  }
  pages.get("contrats/a-remettre", rights: working) { visit in try await handoverListPage(visit) }
  pages.get("contrats/vierge/document", rights: working) { visit in
    PageAnswer(.file(try await visit.services.open(ContractsAPI.printBlank, [:], NoInput()), isShown: true))
  }
  pages.get("dossiers/{dossier}/contrats/vierge/document", rights: working) { visit in
    let dossier = try visit.id("dossier", of: Dossier.self)
    let file = try await visit.services.open(ContractsAPI.printDossierBlank, ["dossier": dossier], NoInput())
    return PageAnswer(.file(file, isShown: true))
  }
}

extension OpenContract {
  private var works: Bool { visit.may(.draftContracts) || visit.may(.moveContracts) }

  /// What the person was given, and what is still to be handed over.
  func handoverPanel(_ documents: ContractDocuments) -> Panel {
    let record = Action("Noter la remise", address("remise"), icon: .send, weight: .plain)
    let mail = Action("Envoyer par courriel", address("envoi"), icon: .mail, weight: .plain)
    // What left by e-mail from here is told by the e-mail itself.
    let sent = Set(documents.mailings.compactMap(\.settledAt))
    let noted = documents.handovers.filter { $0.way != .email || !sent.contains($0.at) }
    var body: [any Piece] = []
    if documents.awaitsHandover {
      body.append(
        Notice("À remettre", "La personne n’a pas encore reçu le document signé ou décidé.", .waiting))
    }
    body.append(
      ItemList(
        "Remises à la personne",
        documents.mailings.map { $0.item(at: address("envois")) }
          + noted.map { handover in
            Item(
              handover.way.label, meta: "\(French.long(handover.onDay)) · \(handover.byName)", icon: .send,
              badges: [Badge("Remis", .done, icon: .check)])
          },
        empty: EmptyState(
          "Aucune remise", "Notez ici quand le document a été remis ou envoyé à la personne.", icon: .send)))
    return Panel(
      "Remise à la personne", id: "remise", actions: works ? [record, mail] : [], body)
  }

  func scanPanel(_ documents: ContractDocuments) -> Panel {
    let add = Action("Joindre le contrat signé sur papier", address("numerisation"), icon: .upload, weight: .plain)
    let items = documents.scans.map { scan in
      Item(
        scan.fileName, address: address("numerisations/\(scan.id)/fichier"),
        meta: "\(French.moment(scan.addedAt)) · \(scan.addedByName)", icon: .file)
    }
    let empty = EmptyState(
      "Aucun contrat numérisé", "Un contrat signé sur papier se saisit ici, puis se joint numérisé.", icon: .file)
    let list = ItemList("Contrats numérisés", items, empty: empty)
    return Panel("Contrat papier", id: "papier", actions: works ? [add] : [], [list])
  }
}

extension DocumentHandover.Way: FormValue {}

/// How and when the person was given the contract's document.
struct HandoverForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = nil

  static func load(_ visit: Visit) async throws -> HandoverForm {
    HandoverForm(held: try await OpenContract.load(visit))
  }

  var isNew: Bool { true }

  struct Draft: Sendable {
    var way: DocumentHandover.Way?
    var on: CalendarDate?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .radios(
          "way", \.way, "Comment la personne l’a-t-elle reçu ?",
          DocumentHandover.Way.allCases.map { Choice($0.rawValue, $0.label) },
          missing: "Indiquez comment la personne l’a reçu."),
        .date("on", \.on, "Date de la remise", missing: "Indiquez le jour de la remise ou de l’envoi."))
    ]
  }

  var draft: Draft { Draft(way: nil, on: visit.today) }

  var sending: Sending { Sending("remise", "Noter la remise", cancel: held.address()) }

  var head: PageHead {
    PageHead("Remise à la personne", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let way = draft.way else { throw Problem.malformed("Le formulaire est incomplet.") }
    _ = try await visit.services.call(
      ContractsAPI.recordHandover, held.path, HandoverDraft(way: way, on: draft.on), key: visit.key)
    return .see(held.address() + "#remise", saying: "La remise est notée.")
  }
}

/// The scan of a contract that was signed on paper.
struct ScanForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = nil

  static func load(_ visit: Visit) async throws -> ScanForm { ScanForm(held: try await OpenContract.load(visit)) }

  struct Draft: Sendable { var file: FormAnswers.File? }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .file(
          "file", \.file, "Contrat numérisé", accept: ".pdf,.jpg,.jpeg,.png", missing: "Choisissez un fichier."
        ).help("PDF, JPEG ou PNG, 20 Mo au plus"))
    ]
  }

  var draft: Draft { Draft() }

  var sending: Sending { Sending("numerisation", "Joindre", cancel: held.address(), isMultipart: true) }

  var head: PageHead {
    PageHead("Joindre le contrat signé sur papier", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file else { throw Problem.malformed("Le formulaire est incomplet.") }
    _ = try await visit.services.upload(
      ContractsAPI.addScan, held.path, query: ["name": file.name], file: file.content)
    return .see(held.address() + "#papier", saying: "Le contrat numérisé est joint.")
  }
}
