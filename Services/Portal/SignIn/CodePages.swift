import API
import Domain
import Foundation
import Service

/// The second step of a sign-in: one field for a code.
enum CodeKind {
  case timed, recovery
}

func codePage(
  _ visit: Visit, proof: String, back: String?, kind: CodeKind = .timed, faults: FormFaults = FormFaults()
) -> PageAnswer {
  let field: Field =
    switch kind {
    case .timed:
      .text(
        "code", "Code à six chiffres", width: .medium, maximumLength: 40, autocomplete: "one-time-code",
        inputMode: .numeric,
        faults.common("code", help: "Ouvrez votre application d’authentification, ligne « Jalons »."))
    case .recovery:
      .text(
        "code", "Code de secours", maximumLength: 40, autocomplete: "off",
        faults.common(
          "code", help: "L’un de ceux que vous avez gardés, par exemple K7QF-3MZD-9A2B. Il ne sert qu’une fois."))
    }
  let other: SubmitButton =
    kind == .timed
    ? SubmitButton("Utiliser un code de secours", "/connexion/secours")
    : SubmitButton("Utiliser l’application", "/connexion/application")
  var values = [HiddenValue("preuve", proof), HiddenValue("genre", kind == .timed ? "application" : "secours")]
  if let back { values.append(HiddenValue("retour", back)) }
  let form = Form(
    id: "code-de-connexion", address: "/connexion/code", groups: [FieldGroup(fields: [field])], values: values,
    submit: "Continuer", others: [other], cancel: Link("Revenir à la connexion", "/connexion"), isGuarded: false)
  let page = BarePage(
    visit.frame("Connexion"), head: PageHead("Confirmez que c’est vous"), body: faults.general + [form])
  return PageAnswer(.bare(page)).with(faults)
}

/// Draws the page of the other kind of code; the proof goes along.
func otherCodePage(_ visit: Visit, _ kind: CodeKind) -> PageAnswer {
  guard let proof = visit.form.exact("preuve") else { return .see("/connexion") }
  return codePage(visit, proof: proof, back: Address.local(visit.form["retour"]), kind: kind)
}

func completeSignIn(_ visit: Visit) async throws -> PageAnswer {
  guard let proof = visit.form.exact("preuve") else { return .see("/connexion") }
  let back = Address.local(visit.form["retour"])
  let kind: CodeKind = visit.form["genre"] == "secours" ? .recovery : .timed
  var faults = FormFaults()
  guard let code = visit.form["code"] else {
    faults.add("code", kind == .timed ? "Saisissez le code à six chiffres." : "Saisissez un code de secours.")
    return codePage(visit, proof: proof, back: back, kind: kind, faults: faults)
  }
  do {
    let session = try await visit.services.call(
      IdentityAPI.completeSignIn, [:], SecondStep(proof: proof, code: code))
    return welcome(session, back: back)
  } catch let problem as Problem where problem.type == "/problemes/code-refuse" {
    faults.add(
      "code",
      kind == .timed
        ? "Ce code n’est pas le bon, ou il a déjà servi. Saisissez celui qui s’affiche maintenant."
        : "Ce code de secours n’est pas le bon, ou il a déjà servi. Essayez-en un autre.")
    return codePage(visit, proof: proof, back: back, kind: kind, faults: faults)
  } catch let problem as Problem where problem.status == 401 || problem.status == 403 {
    let refused = Problem("connexion", 422, problem.title, detail: problem.detail)
    return await signInPage(visit, back: back, faults: try FormFaults(refused, fields: []))
  } catch let problem as Problem {
    return codePage(visit, proof: proof, back: back, kind: kind, faults: try FormFaults(problem, fields: ["code"]))
  }
}
