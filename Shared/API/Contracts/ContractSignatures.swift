import Domain
import Foundation

/// A signature of a contract by a code that the person receives on their telephone (rule K20).
public enum ContractSignature {}

/// How far a signature has come.
public struct SignatureSheet: Payload {
  public enum Status: String, Payload, CaseIterable {
    /// The document is made and shown; no code was asked for yet.
    case shown
    /// A code was asked for; the person's answer is waited for.
    case sent
    /// The person gave the code; the signed document is being made.
    case confirmed
    /// The signed document is kept.
    case signed
    /// Another was begun in its place.
    case replaced
    /// Too many wrong codes.
    case locked
  }
  /// What became of the text message that the code is in.
  public enum Delivery: String, Payload, CaseIterable {
    case waiting, delayed, sent, failed
  }

  public var id: ID<ContractSignature>
  public var contract: ID<Contract>
  public var status: Status
  /// As `06 12 34 56 78`.
  public var phone: String
  /// The label of the model that the document was made from.
  public var model: String
  public var pages: Int
  public var startedAt: Date
  public var startedByName: String
  /// Codes that may still be sent.
  public var codesLeft: Int
  /// Wrong answers that the code still bears.
  public var triesLeft: Int
  /// The code is good until then.
  public var codeUntil: Date?
  public var delivery: Delivery?
  /// Why the text message did not leave.
  public var deliveryFault: String?
  public var confirmedAt: Date?
  public var filedAt: Date?
  /// The contract still says what the document says.
  public var isCurrent: Bool
  /// The person signs on another provider's page, which writes to them: there is no code to type.
  public var isElsewhere: Bool

  public init(
    id: ID<ContractSignature>, contract: ID<Contract>, status: Status, phone: String, model: String, pages: Int,
    startedAt: Date, startedByName: String, codesLeft: Int, triesLeft: Int, codeUntil: Date? = nil,
    delivery: Delivery? = nil, deliveryFault: String? = nil, confirmedAt: Date? = nil, filedAt: Date? = nil,
    isCurrent: Bool, isElsewhere: Bool = false
  ) {
    self.isElsewhere = isElsewhere
    self.id = id
    self.contract = contract
    self.status = status
    self.phone = phone
    self.model = model
    self.pages = pages
    self.startedAt = startedAt
    self.startedByName = startedByName
    self.codesLeft = codesLeft
    self.triesLeft = triesLeft
    self.codeUntil = codeUntil
    self.delivery = delivery
    self.deliveryFault = deliveryFault
    self.confirmedAt = confirmedAt
    self.filedAt = filedAt
    self.isCurrent = isCurrent
  }
}

public struct SignatureDraft: Payload, Constrained {
  /// The code of a model; the usual one of the contract's state when absent.
  public var model: String?
  public static let constraints: [String: Constraint] = ["model": .text(1...40)]

  public init(model: String? = nil) { self.model = model }
}

public struct SignatureReading: Payload {
  /// The person was shown the document to its end.
  public var readToEnd: Bool
  public init(readToEnd: Bool) { self.readToEnd = readToEnd }
}

public struct SignatureCode: Payload, Constrained {
  /// Six digits, blanks among them or not.
  public var code: String
  public static let constraints: [String: Constraint] = ["code": .text(1...20)]

  public init(code: String) { self.code = code }
}

public struct SignatureFileQuery: Payload {
  public enum Kind: String, Payload, CaseIterable {
    /// The document as it was shown.
    case shown
    case signed
    /// Text shown, hash, telephone, times and address.
    case evidence
  }
  /// As it was shown when absent.
  public var kind: Kind?
  public init(kind: Kind?) { self.kind = kind }
}

/// What a PDF that somebody brings back is.
public struct SignedDocumentCheck: Payload, Equatable {
  public enum Verdict: String, Payload, CaseIterable {
    case intact, changed, addedTo, foreign, unsigned
    /// As users read it.
    public var label: String {
      switch self {
      case .intact: "Ce document est celui qui a été signé : rien n’y a changé."
      case .changed: "Ce document a été modifié après sa signature."
      case .addedTo: "Quelque chose a été ajouté à ce document après sa signature."
      case .foreign: "Ce document est signé, mais pas par Jalons."
      case .unsigned: "Ce document ne porte pas de signature électronique."
      }
    }
  }
  public var verdict: Verdict
  /// When the document that it is was signed.
  public var signedAt: Date?

  public init(verdict: Verdict, signedAt: Date? = nil) {
    self.verdict = verdict
    self.signedAt = signedAt
  }
}

/// What a signature provider is told of a message that it sent.
public struct ProviderReceipt: Payload {
  /// The message ended a signature.
  public var signed: Bool

  public init(signed: Bool) { self.signed = signed }
}

// MARK: Endpoints

extension ContractsAPI {
  private static let path = "contracts/{contract}/signatures"

  public static let startSignature = Endpoint<SignatureDraft, SignatureSheet>(
    .contracts, "startSignature", .post, path, allow: .having(.draftContracts, reaching: .contract),
    summary: "Make the document that the person is to sign; one that was under way ends.", success: 201,
    versioned: true)
  public static let showSignature = Endpoint<NoInput, SignatureSheet>(
    .contracts, "showSignature", .get, "\(path)/{signature}", allow: .having(.readDossiers, reaching: .contract),
    summary: "Show how far a signature has come.")
  public static let sendSignatureCode = Endpoint<SignatureReading, SignatureSheet>(
    .contracts, "sendSignatureCode", .post, "\(path)/{signature}/codes",
    allow: .having(.draftContracts, reaching: .contract),
    summary: "Send the person a code, once they were shown the document to its end.")
  public static let confirmSignature = Endpoint<SignatureCode, SignatureSheet>(
    .contracts, "confirmSignature", .post, "\(path)/{signature}/confirmation",
    allow: .having(.draftContracts, reaching: .contract),
    summary: "Sign the document with the code that the person received.")
  public static let showSignaturePage = Endpoint<NoInput, FileOutput>(
    .contracts, "showSignaturePage", .get, "\(path)/{signature}/pages/{page}",
    allow: .having(.readDossiers, reaching: .contract), summary: "Show a page of the document as a picture.")
  public static let downloadSignatureFile = Endpoint<SignatureFileQuery, FileOutput>(
    .contracts, "downloadSignatureFile", .get, "\(path)/{signature}/file",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "Download the document as it was shown, as it is signed, or the evidence of its signature.",
    audit: .download)
  public static let checkSignedDocument = Endpoint<Upload<FileNameQuery>, SignedDocumentCheck>(
    .contracts, "checkSignedDocument", .post, "contracts/{contract}/signed-document-checks",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "Say whether a PDF is a signed document of this contract, unchanged to the byte.", audit: .read,
    limit: 32 * 1024 * 1024)
  public static let takeYousignMessage = Endpoint<Upload<FileNameQuery>, ProviderReceipt>(
    .contracts, "takeYousignMessage", .post, "yousign-messages", allow: .everyone,
    summary: "Take a message of Yousign's, known by the HMAC of its body; one that came before is refused.",
    audit: .some(nil), limit: 256 * 1024, upload: "application/json")
}
