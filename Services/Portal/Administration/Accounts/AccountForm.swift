import API
import Domain
import Foundation
import Service

func addAccountFormPages(to pages: Pages) {
  pages.form("administration/collaborateurs/nouveau", rights: [.administer], AccountForm.self)
  pages.form("administration/collaborateurs/{account}/modifier", rights: [.administer], AccountForm.self)
}

/// The form of an account, new or known.
private struct AccountForm: DraftForm {
  let visit: Visit
  /// Nil for a new one.
  let account: AccountDetail?
  let directory: Directory

  static func load(_ visit: Visit) async throws -> AccountForm {
    async let finding = Directory.load(visit)
    async let showing = shown(visit)
    return try await AccountForm(visit: visit, account: showing, directory: finding)
  }

  private static func shown(_ visit: Visit) async throws -> AccountDetail? {
    guard visit.parameters["account"] != nil else { return nil }
    return try await visit.services.call(
      IdentityAPI.showAccount, ["account": try visit.id("account", of: Account.self)])
  }

  struct Draft: Sendable {
    var email: String?
    var familyName: String
    var givenName: String?
    var organisation: ID<Organisation>?
    var phone: String?
    var genesisRef: String?
    /// By their line in the form; a line without a profile is not sent.
    var grants: [Int: Grant] = [:]

    struct Grant: Sendable {
      var profile: Profile?
      var organisation: ID<Organisation>?
      var territories: [ID<Territory>] = []
    }

    subscript(line: Int) -> Grant {
      get { grants[line] ?? Grant() }
      set { grants[line] = newValue }
    }

    var lines: [Int] { grants.keys.sorted().filter { grants[$0]?.profile != nil } }

    var profiles: [ProfileGrant] {
      lines.compactMap { line in
        self[line].profile.map {
          ProfileGrant(profile: $0, organisation: self[line].organisation, territories: self[line].territories)
        }
      }
    }
  }

  // MARK: Questions

  /// The most profiles that an account has.
  private static let most = 20

  /// The profiles that there are, and a line for another.
  private var lines: Int {
    let typed = (0..<Self.most).last { visit.form["profiles.\($0).profile"] != nil }.map { $0 + 1 } ?? 0
    return min(max(max(typed, account?.profiles.count ?? 0) + 1, 2), Self.most)
  }

  var groups: [QuestionGroup<Draft>] {
    [QuestionGroup("Identité", isPaired: true, all: identity)] + (0..<lines).map(profile)
  }

  private var identity: [Question<Draft>] {
    // What the service keeps when it is not said cannot be taken away by choosing nothing.
    let none = account?.organisation == nil ? "Aucune" : nil
    let questions: [Question<Draft>] = [
      .line("familyName", \.familyName, "Nom", most: 100, missing: "Indiquez le nom."),
      .line(
        "givenName", \.givenName, "Prénom", most: 100,
        missing: account?.givenName.isEmpty == true ? nil : "Indiquez le prénom."),
      .email(
        "email", \.email, "Adresse électronique",
        missing: account?.hasAddress == false
          ? nil : "Indiquez l’adresse électronique professionnelle : elle sert à se connecter."
      ).help("Professionnelle ; elle sert à se connecter"),
      .list("organisation", \.organisation, "Structure", none: none, directory.structures).help(
        "Celle où la personne travaille"),
      .telephone("phone", \.phone, "Téléphone professionnel", most: 30).help(
        "Figure sur les contrats et les courriers"),
    ]
    guard account == nil else { return questions }
    return questions + [
      .line("genesisRef", \.genesisRef, "Référence Genesis", width: .medium, most: 50).help(
        "Si Genesis nomme cette personne référente")
    ]
  }

  private func profile(_ line: Int) -> QuestionGroup<Draft> {
    let place = "profiles.\(line)"
    let reaching = Profile.allCases.filter { $0.scope == .territory }.map(\.rawValue)
    let given = Question<Draft>.list(
      "\(place).profile", \.[line].profile, "Profil", none: line == 0 ? "Choisissez un profil" : "Aucun",
      width: .medium, Profile.allCases.map { Choice($0.rawValue, $0.label) }
    ).awaited(line == 0)
    return QuestionGroup(
      line == lines - 1 && line > 0 && draft[line].profile == nil ? "Autre profil" : "Profil \(line + 1)",
      line == 0 ? given.check { $0.lines.isEmpty ? "Donnez au moins un profil." : nil } : given,
      .list(
        "\(place).organisation", \.[line].organisation, "Structure de ce profil", none: "La même", width: .medium,
        directory.structures
      ).help("Si ce n’est pas celle du collaborateur").when(
        "\(place).profile", among: Profile.allCases.map(\.rawValue)),
      // A browser without scripts shows, and sends, territories that the profile does not have.
      .boxes(
        "\(place).territories", \.[line].territories, "Territoires",
        directory.territories.map { Choice($0.id.description, $0.name) }, isInline: true
      ).help("Ce profil ouvre tous les dossiers des territoires cochés").when("\(place).profile", among: reaching)
        .awaited(true))
  }

  // MARK: The draft and its page

  var draft: Draft {
    guard let account else { return Draft(familyName: "") }
    return Draft(
      email: account.hasAddress ? account.email : nil, familyName: account.familyName, givenName: account.givenName,
      organisation: account.organisation?.id, phone: account.phone,
      grants: Dictionary(
        uniqueKeysWithValues: account.profiles.enumerated().map { line, grant in
          (line, .init(profile: grant.profile, organisation: grant.organisation, territories: grant.territories))
        }))
  }

  var version: Int? { account?.version }

  private var back: Link {
    account.map { Link($0.name, $0.address) } ?? Link("Collaborateurs", "/administration/collaborateurs")
  }

  var sending: Sending { Sending("collaborateur", account == nil ? "Inviter" : "Enregistrer", cancel: back.address) }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      account == nil ? "Inviter un collaborateur" : "Modifier le compte",
      lead: account == nil
        ? "Un lien part par courriel à la personne, qui choisira son mot de passe ; il vous sera montré aussi."
        : nil, back: back)
    return visit.page(head, .administration, notices + [form])
  }

  // MARK: Saving

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/adresse-prise") ? "email" : nil }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    do {
      return try await send(draft, version)
    } catch let problem as Problem {
      throw problem.moved("profiles", to: draft.lines)
    }
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] {
    let faults = try account == nil ? draft.new.outOfBounds : draft.change.outOfBounds
    return Problem.invalid(faults).moved("profiles", to: draft.lines).faults ?? []
  }

  private func send(_ draft: Draft, _ version: Int?) async throws -> PageAnswer {
    guard let account else {
      let invited = try await visit.services.call(IdentityAPI.addAccount, [:], draft.new, key: visit.key)
      return invitedPage(visit, invited, "Le compte de \(invited.account.name) est créé")
    }
    let changed = try await visit.services.call(
      IdentityAPI.changeAccount, ["account": account.id], draft.change, version: version)
    return .see(changed.address, saying: "Le compte de \(changed.name) est enregistré.")
  }
}

extension AccountForm.Draft {
  fileprivate var new: NewAccount {
    NewAccount(
      email: email ?? "", familyName: familyName, givenName: givenName ?? "", organisation: organisation, phone: phone,
      profiles: profiles, genesisRef: genesisRef)
  }

  fileprivate var change: AccountChange {
    AccountChange(
      email: email, familyName: familyName, givenName: givenName, organisation: organisation, phone: phone ?? "",
      profiles: profiles)
  }
}

extension Directory {
  fileprivate var structures: [Choice] { organisations.map { Choice($0.id.description, $0.name) } }
}
