import API
import Domain
import Foundation
import Service

/// On « Mon compte »: whether a code is asked for, and what can be done about it.
func secondFactorPanel(_ state: SecondFactorState) -> Panel {
  guard let since = state.since else {
    return Panel(
      "Second facteur", id: "second-facteur",
      [
        Paragraph(
          "À la connexion, un code de votre téléphone s’ajoute au mot de passe : qui apprend l’un n’entre pas sans l’autre."
        ),
        Action("Ajouter un second facteur", secondFactorAddress, icon: .lock),
      ])
  }
  let left = state.recoveryCodesLeft
  let few: [any Piece] =
    left > 2
    ? []
    : [
      Notice(
        left == 0 ? "Vous n’avez plus de code de secours." : "Il vous reste peu de codes de secours.",
        "Sans eux et sans votre téléphone, seul un administrateur pourra vous rouvrir l’accès.", .waiting)
    ]
  return Panel(
    "Second facteur", id: "second-facteur",
    actions: [
      Action("Nouveaux codes de secours", "\(secondFactorAddress)/codes", weight: .plain),
      Action("Retirer", "\(secondFactorAddress)/retrait", weight: .plain),
    ],
    few + [
      Facts([
        Fact("Demandé à la connexion", "depuis le \(French.long(CalendarDate(since)))"),
        Fact("Codes de secours", left == 0 ? "aucun" : French.count(left, "restant", "restants")),
      ])
    ])
}

let secondFactorAddress = "/compte/second-facteur"

/// What it is, before anything begins.
func secondFactorPage(_ visit: Visit) async throws -> PageAnswer {
  let state = try await visit.services.call(IdentityAPI.showSecondFactor)
  if state.since != nil {
    // Where the token was made before, the next one opens everything.
    return visit.person.mustEnrol ? PageAnswer.see("/").with(.jalonsSession, "+") : .see("/compte")
  }
  let forced: [any Piece] =
    visit.person.mustEnrol
    ? [
      Notice("Votre profil demande un second facteur.", "Ajoutez-le pour continuer. Cela prend deux minutes.", .waiting)
    ]
    : []
  let steps = FieldGroup(
    text: """
      Il vous faut une application d’authentification sur votre téléphone : FreeOTP, Aegis, Google Authenticator, \
      Microsoft Authenticator… À chaque connexion, elle donnera un code à saisir après le mot de passe.
      """, fields: [])
  let form = Form(
    id: "second-facteur", address: secondFactorAddress, groups: [steps], submit: "Commencer",
    cancel: visit.person.mustEnrol ? Link("Voir mon compte", "/compte") : Link("Plus tard", "/compte"),
    isGuarded: false)
  return bare(visit, "Ajouter un second facteur", forced + [form])
}

/// The picture to scan, the secret to type where it cannot be, and the field for the first code.
func beginSecondFactor(_ visit: Visit, faults: FormFaults = FormFaults()) async throws -> PageAnswer {
  let enrolment: SecondFactorEnrolment
  do {
    enrolment = try await visit.services.call(IdentityAPI.beginSecondFactor)
  } catch let problem as Problem where problem.status == 409 {
    return .see(secondFactorAddress)
  }
  let picture = QRCode(enrolment.address, label: "Code à scanner avec votre application d’authentification")
  let form = Form(
    id: "premier-code", address: "\(secondFactorAddress)/confirmation",
    groups: [
      FieldGroup(fields: [
        .text(
          "code", "Code que l’application affiche", width: .medium, maximumLength: 40, autocomplete: "one-time-code",
          inputMode: .numeric, faults.common("code", help: "Six chiffres, qui changent toutes les trente secondes"))
      ])
    ], submit: "Vérifier et activer", cancel: Link("Annuler", "/compte"), isGuarded: false)
  var scan: [any Piece] = [Paragraph("Dans l’application, ajoutez un compte et scannez cette image.")]
  if let picture { scan.append(picture) }
  let typed: [any Piece] = [
    Paragraph("Si vous ne pouvez pas la scanner, saisissez cette clé :"),
    CodeList(id: "cle", "Clé à saisir", [grouped(enrolment.secret)]),
    Paragraph("Rien ne change à la connexion tant qu’un premier code n’est pas vérifié.", isMuted: true),
  ]
  return bare(visit, "Scannez, puis saisissez le code", faults.general + scan + typed + [form]).with(faults)
}

func confirmSecondFactor(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  guard let code = visit.form["code"] else {
    faults.add("code", "Saisissez le code que l’application affiche.")
    return try await beginSecondFactor(visit, faults: faults)
  }
  do {
    let codes = try await visit.services.call(
      IdentityAPI.confirmSecondFactor, [:], SecondFactorCode(code: code)
    ).codes
    // The token of a moment ago may name no profile: the gateway asks for the next one.
    return recoveryCodesPage(visit, codes, done: "Votre second facteur est actif.").with(.jalonsSession, "+")
  } catch let problem as Problem {
    return try await beginSecondFactor(visit, faults: try FormFaults(problem, fields: ["code"]))
  }
}

/// The codes, this once.
private func recoveryCodesPage(_ visit: Visit, _ codes: [String], done: String) -> PageAnswer {
  let body: [any Piece] = [
    Notice(done, nil, .done),
    Paragraph(
      "Si vous perdez votre téléphone, l’un de ces codes le remplacera, une fois chacun. Gardez-les hors de l’ordinateur."
    ),
    CodeList(id: "codes-de-secours", "Codes de secours", codes, isKept: true),
    Paragraph("Ils ne seront plus affichés. Vous pourrez en obtenir de nouveaux sur « Mon compte ».", isMuted: true),
    Action("J’ai gardé mes codes", "/", weight: .primary),
  ]
  return bare(visit, "Gardez vos codes de secours", body)
}

/// Asks for the password, or a code, before an act that whoever finds an open session must not do.
func ownerPage(_ visit: Visit, _ act: OwnerAct, faults: FormFaults = FormFaults()) -> PageAnswer {
  let form = Form(
    id: "confirmation", address: "\(secondFactorAddress)/\(act.rawValue)",
    groups: [
      FieldGroup(fields: [
        .text(
          "password", "Mot de passe", type: .password, autocomplete: "current-password",
          faults.common("password", isRequired: false)),
        .text(
          "code", "Ou un code", width: .medium, maximumLength: 40, autocomplete: "one-time-code",
          faults.common("code", help: "De votre application, ou de secours", isRequired: false)),
      ])
    ], submit: act.verb, cancel: Link("Annuler", "/compte"), isGuarded: false)
  return bare(visit, act.title, faults.general + [Paragraph(act.consequence), form]).with(faults)
}

enum OwnerAct: String {
  case removal = "retrait"
  case codes

  var title: String {
    switch self {
    case .removal: "Retirer le second facteur"
    case .codes: "Obtenir de nouveaux codes de secours"
    }
  }
  var verb: String {
    switch self {
    case .removal: "Retirer le second facteur"
    case .codes: "Obtenir dix nouveaux codes"
    }
  }
  var consequence: String {
    switch self {
    case .removal:
      """
      Le mot de passe suffira à la connexion, et les codes de secours ne vaudront plus rien. Si votre profil demande \
      un second facteur, il vous sera proposé d’en ajouter un autre aussitôt.
      """
    case .codes: "Les codes que vous avez gardés ne vaudront plus rien."
    }
  }
}

func actAsOwner(_ visit: Visit, _ act: OwnerAct) async throws -> PageAnswer {
  let proof = OwnerProof(
    password: visit.form.exact("password").flatMap { $0.isEmpty ? nil : $0 }, code: visit.form["code"])
  var faults = FormFaults()
  if proof.password == nil, proof.code == nil {
    faults.add("password", "Saisissez votre mot de passe, ou un code.")
    return ownerPage(visit, act, faults: faults)
  }
  do {
    switch act {
    case .removal:
      _ = try await visit.services.call(IdentityAPI.removeSecondFactor, [:], proof)
      return PageAnswer.see("/compte", saying: "Le second facteur est retiré.").with(.jalonsSession, "+")
    case .codes:
      let codes = try await visit.services.call(IdentityAPI.renewRecoveryCodes, [:], proof).codes
      return recoveryCodesPage(visit, codes, done: "Les codes d’avant ne valent plus rien.")
    }
  } catch let problem as Problem {
    return ownerPage(visit, act, faults: try FormFaults(problem, fields: ["password", "code"]))
  }
}

private func bare(_ visit: Visit, _ title: String, _ body: [any Piece]) -> PageAnswer {
  PageAnswer(.bare(BarePage(visit.frame(title), head: PageHead(title), body: body)))
}

/// `ABCD EFGH …`, easier to type without losing one's place.
func grouped(_ secret: String) -> String {
  let letters = Array(secret)
  return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }
    .joined(separator: " ")
}
