import API
import Domain
import Foundation
import Service

func addMovePages(to pages: Pages) {
  let rights: [Right] = [.draftContracts, .moveContracts, .decideContracts]
  pages.get("contrats/{contract}/passage/{state}", rights: rights) { visit in
    let held = try await OpenContract.load(visit)
    return movePage(held, nil, held.version, FormFaults())
  }
  pages.post("contrats/{contract}/passage/{state}", rights: rights) { visit in try await move(visit) }
}

private let moveFields = ["reason", "comment", "endsOn", "decidedOn"]

extension OpenContract {
  /// The passages that the caller may make, as buttons. One with nothing to fill in is asked in a dialog; the others
  /// have a page.
  var moves: [Action] {
    sheet.allowedMoves.enumerated().map { index, move in
      let needsFields = move.needsReason || move.to.isDecided
      return Action(
        move.label, address("passage/\(move.to.word)"), weight: index == 0 ? .primary : .outline,
        confirmation: needsFields ? nil : question(move, FormAnswers(), version, FormFaults()))
    }
  }

  /// What will happen, and what is asked of whoever makes it happen.
  fileprivate func question(
    _ move: ContractMove, _ typed: FormAnswers, _ version: HiddenValue, _ faults: FormFaults
  ) -> Confirmation {
    var fields: [Field] = []
    if move.needsReason {
      fields.append(
        .area(
          "reason", "Motif", value: typed["reason"], rows: 3, maximumLength: 2000,
          faults.common("reason", help: "Il est transmis avec le contrat")))
    }
    if move.to.isDecided {
      fields += [
        .area(
          "comment", "Commentaire de la décision", value: typed["comment"], rows: 4, maximumLength: 10_000,
          faults.common("comment", help: "Figure sur le document de décision", isRequired: false)),
        .date(
          "endsOn", "Fin du contrat", value: typed["endsOn"],
          faults.common(
            "endsOn", help: "Proposée par le référent : \(contract.endsOn.map(French.long) ?? "aucune")",
            isRequired: false)),
        .date("decidedOn", "Date de la décision", value: typed["decidedOn"], faults.common("decidedOn")),
      ]
    }
    return Confirmation(
      id: "passage-\(move.to.word)", title: "\(move.label) ?",
      consequences: contract.state.consequences(movingTo: move.to),
      address: address("passage/\(move.to.word)"), label: move.label, isDangerous: move.to == .refused,
      values: [version], fields: fields, back: address())
  }

  /// The passage of the address, if the caller may make it now.
  fileprivate var asked: ContractMove? {
    let state = ContractState(word: visit.parameters["state"])
    return sheet.allowedMoves.first { $0.to == state }
  }

  fileprivate var decisionAnswers: FormAnswers {
    FormAnswers([
      ("comment", contract.decisionComment), ("endsOn", contract.endsOn.map(French.short) ?? ""),
      ("decidedOn", French.short(contract.decidedOn ?? visit.today)),
    ])
  }
}

private func movePage(
  _ held: OpenContract, _ typed: FormAnswers?, _ version: HiddenValue, _ faults: FormFaults, notices: [Notice] = []
) -> PageAnswer {
  guard let move = held.asked else {
    return .see(held.address(), saying: "Ce passage n’est plus possible depuis l’état actuel.", tone: .info)
  }
  let question = held.question(move, typed ?? held.decisionAnswers, version, faults)
  let errors: [any Piece] = ErrorSummary(question.fields.compactMap(\.fault)).map { [$0] } ?? []
  let head = PageHead(
    question.title, lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back,
    badges: [held.contract.state.badge])
  return held.open.page(
    head, in: "contrats", notices + faults.general + errors + [Panel("Ce qui va se passer", [question])]
  ).with(faults)
}

private func move(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  guard let state = ContractState(word: visit.parameters["state"]) else { throw Problem.notFound() }
  let version = try visit.version
  var faults = FormFaults()
  let endsOn = visit.form.date("endsOn", today: visit.today, &faults)
  let decidedOn = visit.form.date("decidedOn", today: visit.today, &faults)
  if faults.isEmpty {
    do {
      let request = ContractMoveRequest(
        to: state, reason: visit.form["reason"], comment: state.isDecided ? visit.form["comment"] ?? "" : nil,
        endsOn: endsOn, decidedOn: decidedOn)
      let sheet = try await visit.services.call(
        ContractsAPI.moveContract, ["contract": id], request, version: version)
      return .see(
        contractAddress(id),
        saying: "\(contractName(sheet.contract.kind, sheet.contract.number)) : \(sheet.contract.state.label).")
    } catch let problem as Problem where problem.status == 412 {
      let held = try await OpenContract.load(visit)
      let again = movePage(held, visit.form, held.version, FormFaults(), notices: [.keptAnswers])
      return held.asked == nil ? again : again.with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: moveFields)
    }
  }
  let held = try await OpenContract.load(visit)
  return movePage(held, visit.form, HiddenValue("version", String(version)), faults)
}
