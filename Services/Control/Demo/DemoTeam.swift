import API
import Domain
import Foundation
import Service

/// A référent whose persons have a past in the demonstration.
struct DemoReferent: Sendable {
  let email: String
  let profile: Profile
  /// Whose past is made, in a fixed order; nil for the fifteen persons whom the référent has followed longest.
  var dossiers: [ID<Dossier>]?
  /// How many of them have contracts and papers: the browser tests find people without at the end of the list.
  var papers = Int.max

  /// The persons of a listed caseload whose past is made, each with a number that stays the same.
  func chosen(of listed: [DossierRow]) -> [(Int, DossierRow)] {
    guard let dossiers else {
      let oldest = listed.sorted { one, other in
        (one.leadSince?.dayNumber ?? 0, one.number) < (other.leadSince?.dayNumber ?? 0, other.number)
      }
      return oldest.prefix(15).enumerated().map { ($0.offset, $0.element) }
    }
    let known = Dictionary(listed.map { ($0.id, $0) }) { first, _ in first }
    return dossiers.enumerated().compactMap { index, id in known[id].map { (index, $0) } }
  }
}

/// Who leads people through the demonstration's three years: the three référents of its accounts, one of every other
/// structure, and a head of service for the territories where none of the accounts works.
struct DemoTeam: Sendable {
  static let farChief = "chef_hors_centre@demo.jalons.test"

  var referents: [DemoReferent]
  /// The territories of `farChief`.
  let far: Set<ID<Territory>>
}

extension DemoCounty {
  func gatherTeam(_ administrator: APIClient) async throws -> DemoTeam {
    line.show("Une équipe par structure…")
    let pending = try await administrator.call(
      IdentityAPI.listAccounts, [:], AccountQuery(status: .pending, limit: 200)
    ).items
    var taken: Set<String> = []
    for profile in [Profile.referent, .referentFSE, .accompagnateurEmploi] {
      if case .feed(_, let name)? = DemoAccounts.person(profile).organisation { taken.insert(name) }
    }
    let first = pending.filter { account in account.organisation.map { taken.insert($0.name).inserted } ?? false }
    _ = try await fewAtOnce(first) { account in
      try await accept(try await administrator.call(IdentityAPI.confirmAccount, ["account": account.id]))
    }
    let far = try await administrator.call(IdentityAPI.listTerritories).items.filter { $0.code != "CENTRE" }.map(\.id)
    let chief = NewAccount(
      email: DemoTeam.farChief, familyName: "MAZET", givenName: "Bruno",
      profiles: [ProfileGrant(profile: .chefDeService, territories: far)])
    try await accept(try await administrator.call(IdentityAPI.addAccount, [:], chief))
    let others = first.compactMap(\.email).map { DemoReferent(email: $0, profile: .referent) }
    line.done("Une équipe dans chacune des \(others.count + 3) structures")
    return DemoTeam(referents: try await ownReferents() + others, far: Set(far))
  }

  /// Each begins with a password, which takes identity a second of its processor: all at once would wait too long.
  func fewAtOnce<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @escaping @Sendable (Value) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
      var results: [Result] = []
      for (index, value) in values.enumerated() {
        if index >= 3, let result = try await group.next() { results.append(result) }
        group.addTask { try await body(value) }
      }
      for try await result in group { results.append(result) }
      return results
    }
  }

  private func accept(_ invited: InvitedAccount) async throws {
    let secret = invited.invitation.link.split(separator: "/").last.map(String.init) ?? ""
    _ = try await client.call(
      IdentityAPI.acceptInvitation, [:], InvitationAcceptance(secret: secret, password: DemoAccounts.password))
  }

  /// The three référents of the demonstration's accounts, with the first persons by name: MARTIN Léa is left alone, for
  /// those who want to play her story, and the end of each list to the browser tests.
  private func ownReferents() async throws -> [DemoReferent] {
    var own: [DemoReferent] = []
    for (profile, count) in [(Profile.referent, 12), (.referentFSE, 20), (.accompagnateurEmploi, 20)] {
      let referent = try await signIn(profile)
      let first = try await caseload(of: referent).prefix(count).map(\.id)
      own.append(
        DemoReferent(
          email: DemoAccounts.email(of: profile), profile: profile, dossiers: first,
          papers: profile == .referent ? 4 : Int.max))
    }
    return own
  }

  /// The caseload of a référent by name, without MARTIN Léa.
  func caseload(of referent: APIClient) async throws -> [DossierRow] {
    let me = try await referent.call(IdentityAPI.showMe).account.id
    let search = DossierSearch(lead: [me], sort: .name, limit: 40)
    return try await referent.call(DossiersAPI.listDossiers, [:], search).items
      .filter { !($0.familyName == "MARTIN" && $0.givenName == "Lea") }
  }
}
