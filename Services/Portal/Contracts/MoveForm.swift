import API
import Domain
import Foundation
import Service

extension OpenContract {
  /// The passages that the caller may make, as buttons. One with nothing to fill in is asked in a dialog; the others
  /// have a page.
  var moves: [Action] {
    sheet.allowedMoves.enumerated().map { index, move in
      Action(
        move.label, address("passage/\(move.to.word)"), weight: index == 0 ? .primary : .outline,
        confirmation: move.isFilledIn ? nil : question(move))
    }
  }

  private func question(_ move: ContractMove) -> Confirmation {
    Confirmation(
      id: "passage-\(move.to.word)", title: "\(move.label) ?",
      consequences: contract.state.consequences(movingTo: move.to), address: address("passage/\(move.to.word)"),
      label: move.label, isDangerous: move.to == .refused, values: [version], back: address())
  }
}

extension ContractMove {
  /// Whether the passage asks for an answer.
  fileprivate var isFilledIn: Bool { needsReason || to.isDecided }
}

/// A contract's passage from its state to another: what will happen, and the answers that it asks for.
struct MoveForm: ContractForm {
  let held: OpenContract
  let to: ContractState

  static let zone: ContractZone? = nil

  static func load(_ visit: Visit) async throws -> MoveForm {
    guard let state = ContractState(word: visit.parameters["state"]) else { throw Problem.notFound() }
    return MoveForm(held: try await OpenContract.load(visit), to: state)
  }

  /// The passage, if the caller may make it now.
  private var move: ContractMove? { held.sheet.allowedMoves.first { $0.to == to } }

  var instead: PageAnswer? { move == nil ? gone : nil }

  private var gone: PageAnswer {
    .see(held.address(), saying: "Ce passage n’est plus possible depuis l’état actuel.", tone: .info)
  }

  /// Whoever decides has read what is decided.
  var changed: Notice? { .changed("Le contrat a changé entre-temps.") }

  var groups: [QuestionGroup<ContractMoveRequest>] {
    var questions: [Question<ContractMoveRequest>] = []
    if move?.needsReason == true {
      questions.append(
        .area("reason", \.reason, "Motif", rows: 3, missing: "Dites pourquoi.").help("Il est transmis avec le contrat"))
    }
    if to.isDecided {
      let contract = held.contract
      let end = contract.endChangedAt == nil ? contract.endsOn : contract.proposedEnd
      let proposed = end.map(French.long) ?? "aucune"
      questions += [
        .area(
          "comment", \.comment, "Commentaire de la décision",
          missing: to == .refused ? "Dites pourquoi le contrat n’est pas validé." : nil
        ).help("Figure sur le document de décision"),
        .date("endsOn", \.endsOn, "Fin du contrat").help("Proposée par le référent : \(proposed)"),
        .date("decidedOn", \.decidedOn, "Date de la décision", missing: "Indiquez la date de la décision."),
      ]
    }
    return [QuestionGroup(nil, all: questions)]
  }

  var draft: ContractMoveRequest {
    let contract = held.contract
    guard to.isDecided else { return ContractMoveRequest(to: to) }
    return ContractMoveRequest(
      to: to, comment: contract.decisionComment, endsOn: contract.endsOn,
      decidedOn: contract.decidedOn ?? visit.today)
  }

  var sending: Sending {
    Sending("passage", move?.label ?? "Enregistrer", cancel: held.address(), to: held.address("passage/\(to.word)"))
  }

  var head: PageHead {
    PageHead(
      "\(sending.submit) ?", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back,
      badges: [held.contract.state.badge])
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    guard move != nil else { return gone }
    let consequences = held.contract.state.consequences(movingTo: to).map { Paragraph($0) as any Piece }
    return open.page(head, in: Self.section, notices + [Panel("Ce qui va se passer", consequences + [form])])
  }

  func save(_ draft: ContractMoveRequest, version: Int?) async throws -> PageAnswer {
    var sent = draft
    if to.isDecided { sent.comment = draft.comment ?? "" }
    let contract = try await visit.services.call(
      ContractsAPI.moveContract, held.path, sent, version: version
    ).contract
    return .see(held.address(), saying: "\(contractName(contract.kind, contract.number)) : \(contract.state.label).")
  }
}
