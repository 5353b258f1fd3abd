import API
import Domain
import Foundation
import Postgres

/// How often and how long a code may be used (rule K20).
enum SignatureLimits {
  static let codes = 3
  static let tries = 5
  /// Codes that may leave for one contract in a day, however often it is begun again.
  static let codesADay = 10
  static let minutes = 15
}

/// A signature as it is kept.
struct SignatureRecord: Codable, Sendable {
  var id: ID<ContractSignature>
  var contract: ID<Contract>
  var dossier: ID<Dossier>
  var status: SignatureSheet.Status
  var contractVersion: Int
  var modelLabel: String
  var fileName: String
  var digest: String
  var pages: Int
  var phone: String
  var beneficiary: String
  var startedAt: Date
  var startedBy: ID<Account>
  var startedByName: String
  var readAt: Date?
  var codeHash: Data?
  var codeUntil: Date?
  var codes: Int
  var tries: Int
  var message: UUID?
  var delivery: SignatureSheet.Delivery?
  var deliveryFault: String?
  var deliveredAt: Date?
  var confirmedAt: Date?
  var confirmedByName: String?
  var confirmedAddress: String?
  var signedDigest: String?
  var evidenceDigest: String?
  var filedAt: Date?
  /// What Yousign knows it by, where the person signs there.
  var providerRequest: String?
  var providerDocument: String?

  var elsewhere: Yousign.Begun? {
    guard let providerRequest, let providerDocument else { return nil }
    return Yousign.Begun(request: providerRequest, document: providerDocument)
  }

  static let columns: SQL = """
    id, contract, dossier, status, contract_version, model_label, file_name, digest, pages, phone, beneficiary,
    started_at, started_by, started_by_name, read_at, code_hash, code_until, codes, tries, message, delivery,
    delivery_fault, delivered_at, confirmed_at, confirmed_by_name, confirmed_address, signed_digest, evidence_digest,
    filed_at, provider_request, provider_document
    """

  /// As pages show it beside the contract as it is now.
  func sheet(of contract: ContractRecord) -> SignatureSheet {
    let isOver = confirmedAt != nil
    return SignatureSheet(
      id: id, contract: self.contract, status: status, phone: PhoneNumber.shown(phone) ?? phone, model: modelLabel,
      pages: pages, startedAt: startedAt, startedByName: startedByName,
      codesLeft: max(0, SignatureLimits.codes - codes), triesLeft: max(0, SignatureLimits.tries - tries),
      codeUntil: codeUntil, delivery: delivery, deliveryFault: deliveryFault, confirmedAt: confirmedAt,
      filedAt: filedAt,
      // The agreement falls with the text that it was given to.
      isCurrent: isOver
        ? contract.consent == .sms && contract.consentAt == confirmedAt : contract.version == contractVersion,
      isElsewhere: elsewhere != nil)
  }

  /// - Throws: 409 for one that is over, or whose contract has changed.
  func checkOpen(_ contract: ContractRecord) throws(Problem) {
    switch status {
    case .shown, .sent: break
    case .confirmed, .signed: throw .conflict("deja-signe", "Ce document est déjà signé.")
    case .replaced:
      throw .conflict(
        "signature-remplacee", "Un autre document a été préparé depuis.",
        detail: "Revenez au contrat, puis ouvrez le document le plus récent.")
    case .locked:
      throw .conflict(
        "signature-bloquee", "Trop de codes inexacts ont été saisis pour ce document.",
        detail: "Recommencez le processus de signature, ou recueillez l’accord par la case à cocher.")
    }
    guard contract.version == contractVersion else { throw .documentChanged }
  }

  /// - Throws: 409 when no code may be sent any more.
  /// - Parameter today: codes of this contract that left on the day.
  func checkSending(today: Int) throws(Problem) {
    guard codes < SignatureLimits.codes else {
      throw .conflict(
        "codes-epuises", "\(SignatureLimits.codes) codes ont déjà été envoyés pour ce document.",
        detail: "Vérifiez le numéro de téléphone, puis recommencez le processus de signature.")
    }
    guard today < SignatureLimits.codesADay else {
      throw .conflict(
        "codes-du-jour", "Trop de codes ont été envoyés aujourd’hui pour ce contrat.",
        detail: "Recueillez l’accord par la case à cocher, ou recommencez demain.")
    }
  }
}

extension Problem {
  static let unread = Problem.invalid([
    Fault("readToEnd", "obligatoire", "Présentez le document à la personne jusqu’à la fin, puis cochez cette case.")
  ])
  /// The contract does not say any more what the person was shown.
  static let documentChanged = Problem.conflict(
    "document-change", "Le contrat a changé depuis que ce document a été préparé.",
    detail: "Recommencez le processus de signature : la personne signe le texte qui vaut.")
}

/// Why no signature by SMS may be begun, in words that say what to do.
enum SignatureObstacle {
  static func found(_ sheet: ContractSheet, _ people: LetterPeople) -> String? {
    guard sheet.editable.contains(.consent) else {
      return "À l’état « \(sheet.contract.state.label) », l’accord de la personne ne se recueille plus."
    }
    if sheet.objectives.isEmpty { return "Ajoutez au moins un objectif : la personne signe ce qui y est prévu." }
    if people.smsRefused == true {
      return "La personne refuse les SMS : recueillez son accord par la case à cocher."
    }
    guard let phone = people.phone, !phone.isEmpty else {
      return "Le dossier n’a pas de numéro de téléphone : complétez-le, ou recueillez l’accord par la case à cocher."
    }
    guard PhoneNumber(phone)?.isMobile == true else {
      return "Le numéro du dossier n’est pas celui d’un portable français : corrigez-le, ou utilisez la case à cocher."
    }
    return nil
  }
}
