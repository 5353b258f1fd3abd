import API
import Domain
import Foundation
import Service

/// Fills a new installation with a county that lives: the feed of the last three days, then what people of several
/// profiles did, each under an account of their own and through the same interface as everybody.
struct DemoCounty: Sendable {
  let client: APIClient
  let persons: Int
  let today: CalendarDate
  private let line = ProgressLine()

  init(client: APIClient, persons: Int, today: CalendarDate) {
    self.client = client
    self.persons = persons
    self.today = today
  }

  func make() async throws {
    let administrator = try await signIn(.administrateur)
    try await tellWhoItIs(administrator)
    try await feed(administrator)
    let offers = try await makeOffers()
    try await makeLife(offers)
    line.done("Le département de démonstration est prêt.")
  }

  /// - Parameter acting: another profile of the same account.
  func signIn(_ profile: Profile, acting: Profile? = nil) async throws -> APIClient {
    let signedIn = try await client.call(
      IdentityAPI.signIn, [:],
      SignIn(
        email: DemoAccounts.email(of: profile), password: DemoAccounts.password, profile: acting ?? profile,
        client: .api))
    return client.with(token: signedIn.token)
  }

  /// The county of the demonstration; what was changed since stays.
  private func tellWhoItIs(_ administrator: APIClient) async throws {
    let county = try await administrator.call(IdentityAPI.showCounty)
    guard county.details.name == nil else { return }
    _ = try await administrator.call(
      IdentityAPI.changeCounty, [:],
      CountyDetails(
        name: "Département de l’Ardèche", department: "07", address: "2 bis rue de la Recluse, 07000 Privas",
        smsSender: "CD ARDECHE", mailSender: "Jalons <ne-pas-repondre@demo.jalons.test>"), version: county.version)
  }

  private func feed(_ administrator: APIClient) async throws {
    let generator = try FeedGenerator(persons: persons, seed: 7, firstDay: today.adding(days: -2).description)
    for day in 0..<3 {
      line.show("Flux Genesis du \(French.long(today.adding(days: day - 2)))…")
      let file = FileManager.default.temporaryDirectory.appending(path: "jalons-demo-\(UUID().uuidString).xml")
      defer { try? FileManager.default.removeItem(at: file) }
      try FeedFile.write(generator, day: day, format: .xml, to: file)
      let run = try await administrator.upload(
        DossiersAPI.importFeed,
        query: ["name": generator.fileName(day: day, format: .xml, gzip: false)], bytes: try Data(contentsOf: file))
      guard run.status == .applied else { throw DemoError(run.refusal ?? run.status.rawValue) }
      line.done(
        "Flux Genesis du \(French.long(today.adding(days: day - 2))) : \(run.counts.created) dossiers créés,"
          + " \(run.counts.updated) modifiés, \(run.counts.unchanged) inchangés")
    }
  }

  /// What is on offer: an operator, offers of several kinds and one FSE operation with its offer.
  struct Offers: Sendable {
    var training: Offer
    var funded: Offer
  }

  private func makeOffers() async throws -> Offers {
    line.show("Offres de service…")
    let chef = try await signIn(.chefDeService)
    let manager = try await signIn(.gestionnaireFSE)
    let me = try await manager.call(IdentityAPI.showMe)
    let year = today.year
    let first = CalendarDate(year: year, month: 1, day: 1) ?? today
    let last = CalendarDate(year: year + 1, month: 12, day: 31) ?? today
    let operation = try await manager.call(
      FSEAPI.addOperation, [:],
      FSEOperationDraft(
        name: "FSE \(year)-\(year + 1) : Accompagnement socio-professionnel renforcé", code: "FSE-\(year)",
        startsOn: first, endsOn: last, managers: [me.account.id], objective: "4(1)(h)", questionnaire: nil,
        entryDays: 28,
        exitDays: 28, incompleteLimit: 35))
    let classes = try await chef.call(ServiceName.fse.lists.all)[.offerClass].offered()
    let ordinary = classes.first { !$0.code.contains("fse") }?.code ?? "formation"
    let partner = try await chef.call(
      FSEAPI.addOperator, [:],
      OperatorDetails(
        name: "Format’Ardèche", address: "4 avenue de la Gare", postalCode: "07200", commune: "Aubenas",
        phone: "04 75 00 00 00", email: "contact@format-ardeche.example", organisation: nil, active: true))
    func draft(_ name: String, _ kind: String, _ operation: ID<FSEOperation>?, _ text: String) -> OfferDraft {
      OfferDraft(
        name: name, operator: partner.id, classification: kind, startsOn: first, endsOn: last, active: true,
        needsPartner: false, needsAttendance: false, needsReport: false, usesSessions: false,
        openToOperator: operation == nil,
        description: text, operation: operation, sessions: [])
    }
    let training = try await chef.call(
      FSEAPI.addOffer, [:],
      draft("Diagnostic formation", ordinary, nil, "Deux entretiens pour choisir une formation et la financer."))
    _ = try await chef.call(
      FSEAPI.addOffer, [:],
      draft(
        "Mobilité : louer un véhicule à bas prix", ordinary, nil,
        "Location d’un scooter ou d’une voiture pour se rendre à un emploi ou à une formation."))
    let fundedClass = classes.first { $0.code.contains("fse") }?.code ?? ordinary
    let funded = try await chef.call(
      FSEAPI.addOffer, [:],
      draft(
        "FSE \(year)-\(year + 1) : Accompagnement socio-professionnel renforcé et individuel", fundedClass,
        operation.id,
        "Opération cofinancée par le Fonds social européen plus."))
    return Offers(training: training, funded: funded)
  }
}

struct DemoError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
