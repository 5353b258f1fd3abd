import API
import Documents
import Domain
import Foundation
import Letters
import Postgres
import Service

/// A contract's letter with the model that it is printed on.
struct PreparedLetter: Sendable {
  var letter: ContractLetter
  let model: CountyModelStore.Chosen
  let sheet: ContractSheet
}

/// Makes a contract's document: what is in it is read in one transaction, the file is made after it.
struct Printing: Sendable {
  let store: ContractStore
  let models: CountyModelStore
  let converter: any DocumentConverter

  /// - Throws: 404; 409 for a model that does not fit the state, and where the county has not said its name; 403;
  /// 503 when too many documents are being made.
  func document(of contract: ID<Contract>, _ print: ContractPrint, for caller: Caller) async throws -> FileOutput {
    let prepared = try await store.postgres.withTransaction(as: caller) { transaction in
      try await transaction.prepared(contract, model: print.model)
    }
    return try await file(prepared, as: print.format ?? .pdf)
  }

  /// A blank contract to fill in by hand; with the person's and the référent's names where a dossier is given.
  /// - Throws: 404; 503 when too many documents are being made.
  func blank(for dossier: ID<Dossier>?, by caller: Caller) async throws -> FileOutput {
    let (people, model, county) = try await store.postgres.withTransaction(as: caller) { transaction in
      let offered = try await transaction.models(of: "contracts")
      guard let model = offered.first(where: { $0.code == ContractModel.blank.rawValue }) else {
        throw Problem.notFound("Le modèle vierge")
      }
      let county = try await transaction.countyName()
      guard let dossier else { return (nil as LetterPeople?, model, county) }
      return (try await transaction.people(of: dossier) as LetterPeople?, model, county)
    }
    let values = ContractLetter.blank(people, county: county)
    let person = people.map { " – \(French.name($0.familyName, $0.givenName))" } ?? ""
    return try await LetterFormat.pdf.output(
      try await opened(model), values, named: "\(model.label)\(person)", by: converter)
  }

  /// A model with the county's logo at its head, where the county has one.
  private func opened(_ chosen: CountyModelStore.Chosen) async throws -> WordModel {
    let model = try await models.model(chosen)
    let picture = try await store.postgres.withTransaction(as: .system("county")) { transaction in
      try await transaction.first("select logo from identity.v1_county_logo", as: Data.self)
    }
    return picture.flatMap { Logo(png: $0) }.map { model.headed(by: $0) } ?? model
  }

  /// - Throws: 503 when too many documents are being made.
  func file(_ prepared: PreparedLetter, as format: LetterFormat) async throws -> FileOutput {
    try await format.output(
      try await opened(prepared.model), prepared.letter.values,
      named: prepared.letter.fileName(prepared.model.offered), by: converter)
  }
}

extension Transaction {
  /// A contract as it is printed, on the model that was asked for.
  /// - Parameter model: the code of one; nil for the usual one of the contract's state.
  /// - Throws: 404; 409 for a model that does not fit the state; 403.
  func prepared(_ contract: ID<Contract>, model asked: String?) async throws -> PreparedLetter {
    let sheet = try await sheet(of: contract)
    let chosen = try await models(of: "contracts")
    let model = try sheet.contract.state.model(asked: asked, among: chosen.map(\.offered), by: caller)
    let people = try await people(of: sheet.contract.dossier)
    var letter = ContractLetter(
      contract: sheet.contract, objectives: sheet.objectives, people: people, dossierNumber: sheet.dossierNumber,
      county: try await countyName())
    letter.steps = try await steps(of: sheet.objectives)
    guard let file = chosen.first(where: { $0.code == model.code }) else { throw Problem.notFound("Ce modèle") }
    return PreparedLetter(letter: letter, model: file, sheet: sheet)
  }

  private struct NamedStep: Decodable, Sendable {
    let id: ID<Step>
    let name: String
  }

  /// The names of the steps that serve some objectives.
  private func steps(of objectives: [Objective]) async throws -> [ID<Step>: String] {
    let linked = objectives.compactMap(\.step)
    guard !linked.isEmpty else { return [:] }
    let found = try await query(
      "select id, offer_name as name from fse.v1_step where id = any(\(linked))", as: NamedStep.self)
    return Dictionary(found.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// The person, and the référent of today with their structure.
  func people(of dossier: ID<Dossier>) async throws -> LetterPeople {
    let found = try await first(
      """
      select d.family_name, d.given_name, d.birth_date, d.birth_precision, d.phone, d.email, d.sms_refused, w.address, w.postal_code, w.commune,
        a.name as referent_name, a.email as referent_email, a.phone as referent_phone, o.name as organisation_name
      from dossiers.v1_dossier d
      left join dossiers.v1_address w on w.dossier = d.id
      left join lateral (
        select r.account, r.organisation from dossiers.v1_referent r
        where r.dossier = d.id and r.kind = 'lead' and r.from_date <= \(caller.today)
        order by r.from_date desc limit 1) lead on true
      left join identity.v1_account a on a.id = lead.account
      left join identity.v1_organisation o on o.id = lead.organisation
      where d.id = \(dossier)
      """, as: LetterPeople.self)
    guard let found else { throw Problem.notFound("Ce dossier") }
    return found
  }
}

func addPrintingRoutes(to routes: Routes, printing: Printing) {
  routes.handle(ContractsAPI.printContract) { print, request in
    try await printing.document(of: request.id("contract"), print, for: request.caller)
  }
}
