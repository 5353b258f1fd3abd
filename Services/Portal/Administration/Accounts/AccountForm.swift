import API
import Domain
import Foundation
import Service

func addAccountFormPages(to pages: Pages) {
  pages.get("administration/collaborateurs/nouveau", rights: [.administer]) { visit in
    try await AccountForm(visit, nil).page(FormAnswers(), version: nil, FormFaults())
  }
  pages.post("administration/collaborateurs/nouveau", rights: [.administer]) { visit in
    try await AccountForm(visit, nil).save()
  }
  pages.get("administration/collaborateurs/{account}/modifier", rights: [.administer]) { visit in
    let id = try visit.id("account", of: Account.self)
    let account = try await visit.services.call(IdentityAPI.showAccount, ["account": id])
    return try await AccountForm(visit, account).page(account.answers, version: account.version, FormFaults())
  }
  pages.post("administration/collaborateurs/{account}/modifier", rights: [.administer]) { visit in
    let id = try visit.id("account", of: Account.self)
    return try await AccountForm(visit, visit.services.call(IdentityAPI.showAccount, ["account": id])).save()
  }
}

/// The most profiles that an account has.
private let mostLines = 20
private let ownFields = ["email", "familyName", "givenName", "organisation", "phone", "genesisRef"]

extension AccountDetail {
  fileprivate var answers: FormAnswers {
    var pairs: [(name: String, value: String)] = [
      ("email", hasAddress ? email : ""), ("familyName", familyName), ("givenName", givenName),
      ("organisation", organisation?.id.description ?? ""),
      ("phone", PhoneNumber.shown(phone) ?? ""),
    ]
    for (line, grant) in profiles.enumerated() {
      pairs.append(("profiles.\(line).profile", grant.profile.rawValue))
      pairs.append(("profiles.\(line).organisation", grant.organisation?.description ?? ""))
      pairs += grant.territories.map { ("profiles.\(line).territories", $0.description) }
    }
    return FormAnswers(pairs)
  }
}

/// The form of an account, new or known.
private struct AccountForm {
  let visit: Visit
  /// Nil for a new one.
  let account: AccountDetail?

  init(_ visit: Visit, _ account: AccountDetail?) {
    self.visit = visit
    self.account = account
  }

  // MARK: The page

  func page(
    _ typed: FormAnswers, version: Int?, _ faults: FormFaults, notices: [Notice] = []
  ) async throws -> PageAnswer {
    let directory = try await Directory.load(visit)
    let filled = (0..<mostLines).last { typed["profiles.\($0).profile"] != nil }.map { $0 + 1 } ?? 0
    let lines = min(max(filled + 1, 2), mostLines)
    let back = account.map { Link($0.name, $0.address) } ?? Link("Collaborateurs", "/administration/collaborateurs")
    let form = Form(
      id: "collaborateur",
      address: account.map { "\($0.address)/modifier" } ?? "/administration/collaborateurs/nouveau",
      groups: [identity(typed, directory, faults)]
        + (0..<lines).map { profile($0, isLast: $0 == lines - 1, typed, directory, faults) },
      values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey],
      submit: account == nil ? "Inviter" : "Enregistrer", cancel: Link("Annuler", back.address))
    let head = PageHead(
      account == nil ? "Inviter un collaborateur" : "Modifier le compte",
      lead: account == nil
        ? "Un lien part par courriel à la personne, qui choisira son mot de passe ; il vous sera montré aussi."
        : nil, back: back)
    return visit.page(head, .administration, notices + faults.general + [form]).with(faults)
  }

  private func identity(_ typed: FormAnswers, _ directory: Directory, _ faults: FormFaults) -> FieldGroup {
    // What the service keeps when it is not said cannot be taken away by choosing nothing.
    let canBeNone = account?.organisation == nil
    let none = canBeNone ? "Aucune" : account?.organisation?.name ?? "Aucune"
    let organisations = directory.choices(chosen: typed["organisation"], none: none)
    let reference = Field.text(
      "genesisRef", "Référence Genesis", value: typed["genesisRef"], width: .medium, maximumLength: 50,
      faults.common("genesisRef", help: "Si Genesis nomme cette personne référente", isRequired: false))
    return FieldGroup(
      "Identité", isPaired: true,
      fields: [
        .text("familyName", "Nom", value: typed["familyName"], maximumLength: 100, faults.common("familyName")),
        .text("givenName", "Prénom", value: typed["givenName"], maximumLength: 100, faults.common("givenName")),
        .text(
          "email", "Adresse électronique", value: typed["email"], type: .email, maximumLength: 254,
          faults.common("email", help: "Professionnelle ; elle sert à se connecter")),
        .select(
          "organisation", "Structure",
          canBeNone ? organisations : organisations.filter { !$0.value.isEmpty },
          faults.common("organisation", help: "Celle où la personne travaille", isRequired: false)),
        .text(
          "phone", "Téléphone professionnel", value: typed["phone"], type: .tel, width: .medium, maximumLength: 30,
          faults.common("phone", help: "Figure sur les contrats et les courriers", isRequired: false)),
      ] + (account == nil ? [reference] : []))
  }

  private func profile(
    _ line: Int, isLast: Bool, _ typed: FormAnswers, _ directory: Directory, _ faults: FormFaults
  ) -> FieldGroup {
    let place = "profiles.\(line)"
    let chosen = typed["\(place).profile"]
    let profiles = Profile.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0.rawValue == chosen) }
    let reaching = Profile.allCases.filter { $0.scope == .territory }.map(\.rawValue).joined(separator: "|")
    let given = Profile.allCases.map(\.rawValue).joined(separator: "|")
    var elsewhere = faults.common("\(place).organisation", isRequired: false)
    elsewhere.condition = "\(place).profile=\(given)"
    elsewhere.help = "Si ce n’est pas celle du collaborateur"
    var territories = faults.common("\(place).territories", isRequired: true)
    territories.condition = "\(place).profile=\(reaching)"
    territories.help = "Ce profil ouvre tous les dossiers des territoires cochés"
    let ticked = Set(typed.all("\(place).territories"))
    return FieldGroup(
      isLast && line > 0 && chosen == nil ? "Autre profil" : "Profil \(line + 1)",
      fields: [
        .select(
          "\(place).profile", "Profil", [Choice("", line == 0 ? "Choisissez un profil" : "Aucun")] + profiles,
          width: .medium, faults.common("\(place).profile", isRequired: line == 0)),
        .select(
          "\(place).organisation", "Structure de ce profil",
          directory.choices(chosen: typed["\(place).organisation"], none: "La même"), width: .medium, elsewhere),
        .checkboxes(
          "\(place).territories", "Territoires",
          directory.territories.map {
            Choice($0.id.description, $0.name, isChosen: ticked.contains($0.id.description))
          }, isInline: true, territories),
      ])
  }

  // MARK: Saving

  func save() async throws -> PageAnswer {
    let version = account == nil ? nil : try visit.version
    var faults = FormFaults()
    let (grants, lines) = grants(&faults)
    let form = visit.form
    if form["familyName"] == nil { faults.add("familyName", "Indiquez le nom.") }
    if form["givenName"] == nil, account?.givenName.isEmpty != true { faults.add("givenName", "Indiquez le prénom.") }
    if form["email"] == nil, account?.hasAddress != false {
      faults.add("email", "Indiquez l’adresse électronique professionnelle : elle sert à se connecter.")
    }
    if faults.isEmpty {
      do {
        return try await send(grants, version: version)
      } catch let problem as Problem where problem.status == 412 {
        return try await conflict()
      } catch let problem as Problem {
        faults = try FormFaults(problem.moved(to: lines), fields: ownFields + lines.flatMap(Self.fields))
        if problem.type.hasSuffix("/adresse-prise") { faults.add("email", problem.title) }
      }
    }
    return try await page(form, version: version, faults)
  }

  private static func fields(of line: Int) -> [String] {
    ["profile", "organisation", "territories"].map { "profiles.\(line).\($0)" }
  }

  /// The profiles given, and the lines of the form where each stands.
  private func grants(_ faults: inout FormFaults) -> ([ProfileGrant], [Int]) {
    var (grants, lines): ([ProfileGrant], [Int]) = ([], [])
    for line in 0..<mostLines {
      let place = "profiles.\(line)"
      guard let profile = visit.form["\(place).profile"].flatMap(Profile.init(rawValue:)) else { continue }
      // A browser without scripts shows, and sends, territories that the profile does not have.
      let territories = profile.scope == .territory ? visit.form.all("\(place).territories") : []
      grants.append(
        ProfileGrant(
          profile: profile, organisation: visit.form.id("\(place).organisation"),
          territories: territories.compactMap { ID<Territory>($0) }))
      lines.append(line)
    }
    if grants.isEmpty { faults.add("profiles.0.profile", "Donnez au moins un profil.") }
    return (grants, lines)
  }

  private func send(_ grants: [ProfileGrant], version: Int?) async throws -> PageAnswer {
    let form = visit.form
    guard let account else {
      let new = NewAccount(
        email: form["email"] ?? "", familyName: form["familyName"] ?? "", givenName: form["givenName"] ?? "",
        organisation: form.id("organisation"), phone: form["phone"], profiles: grants, genesisRef: form["genesisRef"])
      let invited = try await visit.services.call(IdentityAPI.addAccount, [:], new, key: visit.key)
      return invitedPage(visit, invited, "Le compte de \(invited.account.name) est créé")
    }
    let change = AccountChange(
      email: form["email"], familyName: form["familyName"], givenName: form["givenName"],
      organisation: form.id("organisation"), phone: form["phone"] ?? "", profiles: grants)
    let changed = try await visit.services.call(
      IdentityAPI.changeAccount, ["account": account.id], change, version: version)
    return .see(changed.address, saying: "Le compte de \(changed.name) est enregistré.")
  }

  /// Somebody else saved in between: what was typed stays, and is saved over the newer state if one says so.
  private func conflict() async throws -> PageAnswer {
    guard let account else { throw Problem.notFound() }
    let current = try await visit.services.call(IdentityAPI.showAccount, ["account": account.id])
    let notice = Notice(
      "Ce compte a changé pendant que vous l’aviez ouvert",
      "Votre saisie est conservée. Voyez sa fiche si besoin, puis enregistrez de nouveau.", .waiting,
      actions: [Action("Voir sa fiche", account.address, icon: .eye, weight: .plain)])
    return try await page(visit.form, version: current.version, FormFaults(), notices: [notice]).with(status: 412)
  }
}

extension Problem {
  /// The problem with its faults at the lines of the form: empty lines were not sent.
  fileprivate func moved(to lines: [Int]) -> Problem {
    var problem = self
    problem.faults = faults?.map { fault in
      let parts = fault.field.split(separator: ".").map(String.init)
      guard parts.first == "profiles", parts.count > 1, let sent = Int(parts[1]), lines.indices.contains(sent) else {
        return fault
      }
      let place = (["profiles", String(lines[sent])] + parts.dropFirst(2)).joined(separator: ".")
      return Fault(place, fault.code, fault.message)
    }
    return problem
  }
}
