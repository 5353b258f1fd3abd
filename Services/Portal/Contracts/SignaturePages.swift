import API
import Domain
import Foundation
import Logging
import Service

func addSignaturePages(to pages: Pages) {
  let drafting: [Right] = [.draftContracts]
  let one = "contrats/{contract}/signature/{signature}"
  pages.form("contrats/{contract}/signature", rights: drafting, SignatureStartForm.self)
  pages.form("\(one)/lecture", rights: drafting, SignatureReadingForm.self)
  pages.form("\(one)/code", rights: drafting, SignatureCodeForm.self)
  pages.post("\(one)/nouveau-code", rights: drafting) { visit in
    let (contract, signature) = try ids(visit)
    let sheet = try await visit.services.call(
      ContractsAPI.sendSignatureCode, ["contract": contract, "signature": signature],
      SignatureReading(readToEnd: true))
    return .see(
      contractAddress(contract, "signature/\(signature)/code"),
      saying: "Un autre code est envoyé par SMS au \(sheet.phone).")
  }
  pages.get("\(one)/pages/{number}", rights: [.readDossiers]) { visit in
    let (contract, signature) = try ids(visit)
    guard let number = visit.parameters["number"].flatMap({ Int($0) }) else { throw Problem.notFound() }
    let file = try await visit.services.open(
      ContractsAPI.showSignaturePage, ["contract": contract, "signature": signature, "page": number], NoInput())
    return PageAnswer(.file(file, isShown: true))
  }
  pages.get("\(one)/fichier", rights: [.readDossiers]) { visit in
    let (contract, signature) = try ids(visit)
    let kind = visit.query["nature"].flatMap(SignatureFileQuery.Kind.init(rawValue:)) ?? .signed
    let file = try await visit.services.open(
      ContractsAPI.downloadSignatureFile, ["contract": contract, "signature": signature],
      SignatureFileQuery(kind: kind))
    return PageAnswer(.file(file, isShown: kind == .signed))
  }
  pages.form(
    "contrats/{contract}/verification", rights: [.readDossiers], limit: 33 * 1024 * 1024, SignedDocumentForm.self)
}

private func ids(_ visit: Visit) throws -> (ID<Contract>, ID<ContractSignature>) {
  (try visit.id("contract", of: Contract.self), try visit.id("signature", of: ContractSignature.self))
}

extension OpenContract {
  /// What there is of the contract besides its text; nil when it cannot be had.
  func documents() async -> ContractDocuments? {
    do {
      return try await visit.services.call(ContractsAPI.listDocuments, path)
    } catch {
      visit.parts.logger.debug("no documents of a contract", metadata: ["error": "\(error)"])
      return nil
    }
  }

  /// The way to the signature by SMS, while the person's agreement may be recorded.
  var signing: Action? {
    may(.consent) ? Action("Processus de signature", address("signature"), icon: .sms) : nil
  }

  /// The signed documents, the scans, and what the person was given.
  func paperPanels(_ documents: ContractDocuments) -> [any Piece] {
    var panels: [any Piece] = []
    let signatures = documents.signatures.filter { $0.status != .replaced }
    if !signatures.isEmpty {
      let check = Action("Vérifier un document signé", address("verification"), weight: .plain)
      panels.append(
        Panel(
          "Signature par SMS", id: "signature", actions: [check],
          [
            ItemList(
              "Signatures du contrat", signatures.map(item), empty: EmptyState("Aucune signature", "", icon: .sms))
          ]))
    }
    return panels + [handoverPanel(documents), scanPanel(documents)]
  }

  private func item(_ signature: SignatureSheet) -> Item {
    let place = address("signature/\(signature.id)")
    func file(_ label: String, _ kind: SignatureFileQuery.Kind) -> Action {
      Action(label, "\(place)/fichier?nature=\(kind.rawValue)", icon: .download, weight: .plain)
    }
    let when = French.moment(signature.confirmedAt ?? signature.startedAt)
    let meta = "\(when) · \(signature.phone) · \(signature.startedByName)"
    switch signature.status {
    case .signed:
      let state =
        signature.isCurrent
        ? Badge("Signé", .done, icon: .check) : Badge("Le contrat a changé depuis", .waiting, icon: .clock)
      return Item(
        "Document signé", meta: meta, icon: .signature, badges: [state],
        actions: [file("Document signé", .signed), file("Preuve", .evidence)])
    case .confirmed:
      return Item(
        "Document signé", text: "Il est en préparation ; actualisez la page dans quelques secondes.", meta: meta,
        icon: .signature, badges: [Badge("Accord recueilli", .done, icon: .check)])
    case .shown, .sent:
      let next = signature.status == .shown ? "lecture" : "code"
      return Item(
        "Signature en cours", meta: meta, icon: .sms, badges: [Badge("En cours", .waiting, icon: .clock)],
        actions: may(.consent) ? [Action("Reprendre", "\(place)/\(next)", weight: .plain)] : [])
    case .locked:
      return Item(
        "Signature interrompue", text: "Trop de codes inexacts ont été saisis.", meta: meta, icon: .sms,
        badges: [Badge("Interrompue", .late, icon: .x)])
    case .replaced: return Item("Signature remplacée", meta: meta, icon: .sms)
    }
  }
}

/// A PDF that is brought back: is it the one that was signed?
struct SignedDocumentForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = nil

  static func load(_ visit: Visit) async throws -> SignedDocumentForm {
    SignedDocumentForm(held: try await OpenContract.load(visit))
  }

  struct Draft: Sendable { var file: FormAnswers.File? }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        text: "Le fichier n’est pas gardé.",
        .file("file", \.file, "Document signé", accept: ".pdf", missing: "Choisissez le document à vérifier."))
    ]
  }

  var draft: Draft { Draft() }

  var sending: Sending { Sending("verification", "Vérifier", cancel: held.address(), isMultipart: true) }

  var head: PageHead {
    PageHead("Vérifier un document signé", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file else { throw Problem.malformed("Le formulaire est incomplet.") }
    let found = try await visit.services.upload(
      ContractsAPI.checkSignedDocument, held.path, query: ["name": file.name], file: file.content)
    let when = found.signedAt.map { " Signé le \(French.moment($0))." } ?? ""
    return .see(
      held.address("verification"), saying: found.verdict.label + when, tone: found.verdict == .intact ? .done : .info)
  }
}
