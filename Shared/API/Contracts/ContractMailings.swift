import Domain
import Foundation

/// A document of a contract that was sent to the person by e-mail.
public struct DocumentMailing: Payload {
  public enum Status: String, Payload, CaseIterable { case waiting, sent, failed }

  public var id: ID<DocumentMailing>
  public var address: String
  public var fileName: String
  public var status: Status
  /// Why it did not leave, as users read it.
  public var fault: String?
  public var askedAt: Date
  public var askedByName: String
  /// When the mail server took it, or refused it.
  public var settledAt: Date?

  public init(
    id: ID<DocumentMailing>, address: String, fileName: String, status: Status, fault: String? = nil, askedAt: Date,
    askedByName: String, settledAt: Date? = nil
  ) {
    self.id = id
    self.address = address
    self.fileName = fileName
    self.status = status
    self.fault = fault
    self.askedAt = askedAt
    self.askedByName = askedByName
    self.settledAt = settledAt
  }
}

/// Which document is to leave. It goes to the address of the dossier.
public struct DocumentMailingDraft: Payload, Constrained {
  public enum Document: String, Payload, CaseIterable {
    /// As the contract is printed in its state.
    case printed
    /// As the person signed it last.
    case signed
  }
  public var document: Document
  /// The code of the model it is printed on; the usual one of the contract's state when absent.
  public var model: String?
  public static let constraints: [String: Constraint] = ["model": .text(0...40)]

  public init(document: Document, model: String? = nil) {
    self.document = document
    self.model = model
  }
}

// MARK: Endpoints

extension ContractsAPI {
  public static let mailDocument = Endpoint<DocumentMailingDraft, ContractDocuments>(
    .contracts, "mailDocument", .post, "contracts/{contract}/mailings",
    allow: .having(.draftContracts, .moveContracts, reaching: .contract),
    summary:
      "Send the contract's document to the person by e-mail; the handover is noted once the server has taken it.",
    success: 201)
  public static let downloadReceipt = Endpoint<NoInput, FileOutput>(
    .contracts, "downloadReceipt", .get, "contracts/{contract}/mailings/{mailing}/receipt",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "Download the proof that a document was sent by e-mail.", audit: .download)
}
