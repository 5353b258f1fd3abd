import API
import Domain
import Service

let countyAddress = "/administration/departement"

let countyRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Département", countyAddress),
      text: "Nom, numéro, adresse, logo, heure et expéditeurs des messages")
  ]
) { pages in
  pages.form("administration/departement", rights: [.administer], CountyForm.self)
  pages.form(
    "administration/departement/logo", rights: [.administer], limit: County.logoBytes + 64 * 1024, LogoForm.self)
  // The sign-in page shows it, to those who have no account as well.
  pages.openPage("departement/logo") { visit in
    PageAnswer(.file(try await visit.services.open(IdentityAPI.showCountyLogo, [:], NoInput()), isShown: true))
  }
}

extension County {
  /// What is missing, and what waits for it.
  var gaps: [String] {
    [
      details.name == nil ? "Sans nom, aucun contrat ne s’imprime." : nil,
      details.department == nil ? "Sans numéro, aucun flux n’est lu." : nil,
      details.smsSender == nil ? "Sans expéditeur de SMS, les rappels attendent." : nil,
      details.mailSender == nil ? "Sans expéditeur de courriels, les courriels attendent." : nil,
    ].compactMap { $0 }
  }

  /// Where its picture is; another address for another picture.
  var logoAddress: String? { logo.map { Address("/departement/logo", ["v": $0]).text } }
}

extension CountyTimeZone: FormValue {}

/// Who the county is.
struct CountyForm: SettingForm {
  let visit: Visit
  let county: County
  let history: Panel

  static let room = "Département"

  static func load(_ visit: Visit) async throws -> CountyForm {
    async let reading = visit.services.call(IdentityAPI.showCounty)
    async let remembering = visit.services.call(IdentityAPI.listCountyChanges, [:], CountyChangeQuery(limit: 20))
    let (county, changes) = try await (reading, remembering)
    let entries = changes.items.map { change in
      HistoryEntry(
        French.moment(change.at), who: change.accountName, "Département",
        changes: differences(change.before, change.after))
    }
    return CountyForm(
      visit: visit, county: county, history: .history(entries, untouched: "Rien n’a été modifié depuis l’installation.")
    )
  }

  var groups: [QuestionGroup<CountyDetails>] {
    [
      QuestionGroup(
        "Le Département",
        .line("name", \.name, "Nom").awaited(true).help(
          "Tel qu’il figure en tête des documents, par exemple « Département de la Creuse »"),
        .line("department", \.department, "Numéro", width: .narrow).awaited(true).help(
          "01 à 95, 2A, 2B ou 971 à 976 ; le flux d’un autre département est refusé"),
        .area("address", \.address, "Adresse", rows: 3),
        .list("timeZone", \.timeZone, "Heure", CountyTimeZone.allCases.map { Choice($0.rawValue, $0.label) }).help(
          "Suivie partout une minute après l’enregistrement")),
      QuestionGroup(
        "Expéditeur des messages",
        .line("smsSender", \.smsSender, "SMS", width: .medium).awaited(true).help(
          "De 3 à 11 lettres sans accent, chiffres et espaces : ce que la personne voit sur son téléphone"),
        .line("mailSender", \.mailSender, "Courriels").awaited(true).help(
          "Une adresse, ou un nom et une adresse : Jalons <ne-pas-repondre@exemple.fr>")),
    ]
  }

  var draft: CountyDetails { county.details }
  var version: Int? { county.version }
  var sending: Sending { Sending("departement", "Enregistrer", cancel: "/administration") }

  var head: PageHead {
    PageHead(
      "Département", lead: "Ce que Jalons dit de vous dans les documents, les messages et sur la page de connexion.",
      back: Link("Administration", "/administration"))
  }

  func body(_ form: any Piece) -> [any Piece] {
    let missing = county.gaps
    let notice: [any Piece] =
      missing.isEmpty ? [] : [Notice("Il manque des informations", missing.joined(separator: " "), .waiting)]
    let change = Action(county.logo == nil ? "Déposer un logo" : "Changer le logo", "\(countyAddress)/logo")
    let picture: any Piece
    if let address = county.logoAddress {
      picture = FilePreview(
        "Logo", detail: "Montré sur la page de connexion", kind: .image, address: address, download: address,
        actions: [change])
    } else {
      picture = EmptyState("Aucun logo", "Il se montrera sur la page de connexion.", icon: .file, actions: [change])
    }
    return notice + [form, Panel("Logo", id: "logo", [picture]), history]
  }

  func save(_ draft: CountyDetails, version: Int?) async throws -> PageAnswer {
    let saved = try await visit.services.call(IdentityAPI.changeCounty, [:], draft, version: version)
    visit.parts.county.take(saved)
    return .see(countyAddress, saying: "Le Département est enregistré.")
  }
}

private func differences(_ before: CountyDetails, _ after: CountyDetails) -> [Change] {
  [
    Change("Nom", from: before.name, to: after.name), Change("Numéro", from: before.department, to: after.department),
    Change("Adresse", from: before.address, to: after.address),
    Change("Heure", from: before.timeZone.label, to: after.timeZone.label),
    Change("SMS", from: before.smsSender, to: after.smsSender),
    Change("Courriels", from: before.mailSender, to: after.mailSender),
  ].filter { $0.before != $0.after }
}

/// Another picture of the county.
struct LogoForm: SettingForm {
  let visit: Visit

  static let room = "Département"

  static func load(_ visit: Visit) async throws -> LogoForm { LogoForm(visit: visit) }

  struct Draft: Sendable {
    var file: FormAnswers.File?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .file("file", \.file, "Image", accept: ".png,.jpg,.jpeg", missing: "Choisissez une image.").help(
          "PNG, 512 Kio au plus ; il paraît en tête des contrats"))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { nil }
  var sending: Sending { Sending("logo", "Enregistrer le logo", cancel: countyAddress, isMultipart: true) }
  var head: PageHead { PageHead("Logo", back: Link("Département", countyAddress)) }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file else { throw Problem.malformed("Le formulaire est incomplet.") }
    let saved = try await visit.services.upload(
      IdentityAPI.keepCountyLogo, query: ["name": file.name], file: file.content)
    visit.parts.county.take(saved)
    return .see(countyAddress, saying: "Le logo est enregistré.")
  }
}
