import API
import Domain
import Foundation
import Service

/// Fills a new installation with a county that lives: the feed of the last three days, then what people of several
/// profiles did in three years, each under an account of their own and through the same interface as everybody.
struct DemoCounty: Sendable {
  let client: APIClient
  let persons: Int
  let today: CalendarDate
  /// Set back to make the past; without one there is none.
  let clock: DemoClock?
  let line = ProgressLine()

  init(client: APIClient, persons: Int, today: CalendarDate, clock: DemoClock?) {
    self.client = client
    self.persons = persons
    self.today = today
    self.clock = clock
  }

  func make() async throws {
    let start = ContinuousClock.now
    let administrator = try await signIn(.administrateur)
    try await tellWhoItIs(administrator)
    try await feed(administrator)
    let offers = try await makeOffers()
    let team = try await gatherTeam(administrator)
    try await makePast(team, offers)
    try await makeLife(offers)
    try await participate(team, offers)
    try await fillHomes(team)
    line.done("Le département de démonstration est prêt, en \(start.duration(to: .now).components.seconds) secondes.")
  }

  /// - Parameter acting: another profile of the same account.
  func signIn(_ profile: Profile, acting: Profile? = nil) async throws -> APIClient {
    try await signIn(email: DemoAccounts.email(of: profile), as: acting ?? profile)
  }

  func signIn(email: String, as profile: Profile) async throws -> APIClient {
    let signedIn = try await client.call(
      IdentityAPI.signIn, [:],
      SignIn(email: email, password: DemoAccounts.password, profile: profile, client: .api))
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
}

struct DemoError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
