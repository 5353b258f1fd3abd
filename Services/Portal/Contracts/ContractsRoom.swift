import API
import Domain
import Foundation
import Service

let contractsRoom = Room(
  rights: [.readDossiers], sections: [contractsSection], blocks: [contractsToTreatBlock, ownContractsBlock]
) { pages in
  addDossierContractPages(to: pages)
  addStepObjectivePages(to: pages)
  addContractPages(to: pages)
  Objectives.add(to: pages)
  addSignaturePages(to: pages)
  addDocumentPages(to: pages)
  let deciding: [Right] = [.moveContracts, .decideContracts]
  pages.form("contrats/{contract}/accord", rights: [.draftContracts], ConsentForm.self)
  pages.form("contrats/{contract}/decision", rights: deciding, DecisionForm.self)
  pages.form("contrats/{contract}/passage/{state}", rights: [.draftContracts] + deciding, MoveForm.self)
}

/// « Suivi des CER », in the bar of those who draft, move or decide contracts.
let contractFollowUpRoom = Room(area: .contracts, rights: [.draftContracts, .moveContracts, .decideContracts]) {
  pages in
  addContractListPages(to: pages)
  addContractMovingPages(to: pages)
}

/// Where a contract's pages are.
func contractAddress(_ contract: ID<Contract>, _ part: String = "") -> String {
  part.isEmpty ? "/contrats/\(contract)" : "/contrats/\(contract)/\(part)"
}

/// A contract that a person has before her, within its dossier.
struct OpenContract: Sendable {
  let open: OpenDossier
  let sheet: ContractSheet
  let lists: [CountyList]

  var contract: ContractRecord { sheet.contract }
  var visit: Visit { open.visit }
  var path: [String: any CustomStringConvertible] { ["contract": contract.id] }
  var name: String { contractName(contract.kind, contract.number) }
  var version: HiddenValue { HiddenValue("version", String(sheet.version)) }
  var back: Link { Link(name, address()) }

  func address(_ part: String = "") -> String { contractAddress(contract.id, part) }
  func may(_ zone: ContractZone) -> Bool { sheet.editable.contains(zone) }

  /// Asks for the contract and the county's lists side by side, then for the dossier that the contract names.
  ///
  /// - Throws: 404 for a contract that does not exist or is out of reach.
  static func load(_ visit: Visit) async throws -> OpenContract {
    let id = try visit.id("contract", of: Contract.self)
    async let showing = visit.services.call(ContractsAPI.showContract, ["contract": id])
    async let listing = visit.services.call(ServiceName.contracts.lists.all)
    let sheet = try await showing
    async let opening = OpenDossier.load(visit, of: sheet.contract.dossier)
    return OpenContract(open: try await opening, sheet: sheet, lists: try await listing)
  }

  /// What is said of a change, and that the agreement fell with it (rule K12).
  func saying(_ text: String, _ sheet: ContractSheet) -> String {
    contract.consent != .none && sheet.contract.consent == .none
      ? "\(text) L’accord de la personne ne vaut plus : recueillez-le de nouveau." : text
  }

  /// A page of this contract, one level below its own.
  func page(_ title: String, lead: String? = nil, _ body: [any Piece]) -> PageAnswer {
    open.page(PageHead(title, lead: lead, back: back), in: "contrats", body)
  }

  /// What a zone that is no longer the caller's says.
  ///
  /// - Throws: 409 in the words of the state.
  func check(_ zone: ContractZone) throws {
    guard may(zone) else {
      throw Problem.conflict(
        "contrat-verrouille", "Vous ne pouvez pas modifier ce contrat à l’état « \(contract.state.label) ».")
    }
  }
}

/// A form about a contract, one level below its page.
protocol ContractForm: DossierForm {
  var held: OpenContract { get }

  /// The part of the contract that it changes, which the state closes; nil where the service alone decides.
  static var zone: ContractZone? { get }
}

extension ContractForm {
  static var section: String { "contrats" }
  var open: OpenDossier { held.open }
  var version: Int? { held.sheet.version }

  var instead: PageAnswer? {
    get throws {
      if let zone = Self.zone { try held.check(zone) }
      return nil
    }
  }
}
