import API
import Domain
import Foundation
import Letters
import Postgres
import Service

extension Transaction {
  /// - Throws: 404 for one of another contract too.
  func signature(_ id: ID<ContractSignature>, of contract: ID<Contract>) async throws -> SignatureRecord {
    let found = try await first(
      "select \(SignatureRecord.columns) from contracts.signature where id = \(id) and contract = \(contract)",
      as: SignatureRecord.self)
    guard let found else { throw Problem.notFound("Cette signature") }
    return found
  }

  /// Whether a contract has a signed document, or one that is being made: it is not to be removed.
  func isSigned(_ contract: ID<Contract>) async throws -> Bool {
    let found = try await first(
      "select 1 from contracts.signature where contract = \(contract) and confirmed_at is not null limit 1",
      as: Int.self)
    return found != nil
  }

  func codesSent(for contract: ID<Contract>, on day: CalendarDate) async throws -> Int {
    try await first(
      """
      select coalesce(sum(codes), 0)::int from contracts.signature
      where contract = \(contract) and caller.day(started_at) = \(day)
      """, as: Int.self) ?? 0
  }

  /// - Throws: 409 when the person's agreement is not the caller's to record now.
  func checkConsent(of contract: ID<Contract>) async throws {
    let record = try await self.contract(contract)
    let standing = try await standing(of: record.dossier)
    try await workflow().check(.consent, isEditableIn: record.state, by: Mover(caller, isLead: standing.isLead))
  }

  /// The letter that the person signs: it says already that they agree by SMS.
  /// - Throws: 404; 409 where no signature may be begun; 412.
  func toSign(
    _ contract: ID<Contract>, model: String?, version: Int, at moment: Date
  ) async throws -> PreparedLetter {
    var prepared = try await prepared(contract, model: model)
    _ = try prepared.sheet.held(version: version)
    if let obstacle = SignatureObstacle.found(prepared.sheet, prepared.letter.people) {
      throw Problem.conflict(
        "signature-impossible", "Le processus de signature ne peut pas commencer.", detail: obstacle)
    }
    guard prepared.model.offered.calledFor != .blank else {
      throw Problem.conflict(
        "modele-vierge", "Un contrat vierge ne se signe pas.", detail: "Choisissez le modèle « CER sans décision ».")
    }
    let pending = try await first(
      "select 1 from contracts.signature where contract = \(contract) and status = 'confirmed' limit 1", as: Int.self)
    guard pending == nil else {
      throw Problem.conflict(
        "signature-en-cours", "Le document signé est en préparation.", detail: "Il sera là dans quelques secondes.")
    }
    prepared.letter.contract.consent = .sms
    prepared.letter.contract.consentAt = moment
    return prepared
  }
}
