import API
import Documents
import Domain
import Foundation

/// Who a contract is printed for, and who accompanies them at that moment.
struct LetterPeople: Codable, Sendable {
  var familyName: String
  var givenName: String
  var birthDate: CalendarDate?
  var birthPrecision: BirthPrecision?
  var phone: String?
  var email: String?
  var smsRefused: Bool?
  var address: String?
  var postalCode: String?
  var commune: String?
  var referentName: String?
  var referentEmail: String?
  var referentPhone: String?
  var organisationName: String?
}

/// What the merge fields of a contract's model become.
struct ContractLetter: Sendable {
  var contract: ContractRecord
  var objectives: [Objective]
  var people: LetterPeople
  var dossierNumber: Int?
  var county = ""
  /// The names of the steps that serve the objectives.
  var steps: [ID<Step>: String] = [:]

  /// The values by the names that the models use. The référent's comment is not among them: it is for the service.
  var values: [String: MergeValue] {
    var texts = Self.identity(people, author: contract.authorName, county: county)
    texts.merge(agreement) { $1 }
    texts.merge(decision) { $1 }
    var values = texts.mapValues { MergeValue.text($0) }
    values["Objectif"] = .list(objectives.enumerated().map(item))
    return values
  }

  /// What a blank contract is filled with: nothing but the person's name, where a dossier is given.
  static func blank(_ people: LetterPeople?, county: String) -> [String: MergeValue] {
    guard let people else { return ["Departement": .text(county)] }
    return identity(people, author: "", county: county).mapValues { .text($0) }
  }

  private static func identity(_ people: LetterPeople, author: String, county: String) -> [String: String] {
    let place = [people.postalCode, people.commune].compactMap(\.self).joined(separator: " ")
    return [
      "Beneficiaire": French.name(people.familyName, people.givenName),
      "DateNaissance": people.birthDate.map { French.shortBirth($0, people.birthPrecision) } ?? "",
      "Adresse": [people.address ?? "", place].filter { !$0.isEmpty }.joined(separator: "\n"),
      "Telephone": PhoneNumber.shown(people.phone) ?? "",
      "Courriel": people.email ?? "",
      "Referent": people.referentName ?? author,
      "CourrielReferent": people.referentEmail ?? "",
      "TelephoneReferent": PhoneNumber.shown(people.referentPhone) ?? "",
      "Departement": county,
      "Structure": people.organisationName ?? "",
    ]
  }

  private var agreement: [String: String] {
    [
      "Numero": String(contract.number),
      "NumeroDossier": dossierNumber.map(String.init) ?? "",
      "DateDebut": French.short(contract.startsOn),
      "DateFin": contract.endsOn.map(French.short) ?? "",
      "Duree": contract.endsOn.map { Self.duration(from: contract.startsOn, to: $0) } ?? "",
      "DateSignature": contract.signedOn.map(French.short) ?? "",
      "SituationActuelle": contract.situation,
      "Evaluation": contract.evaluation,
      "ExpressionPersonne": contract.expression,
      "AccordPersonne": contract.consent.label,
      "HeuresHebdomadaires": contract.targetHours.map { French.count($0, "heure") } ?? "",
      "DateAccord": contract.consentAt.map { French.short(CalendarDate($0)) } ?? "",
    ]
  }

  private var decision: [String: String] {
    [
      "Decision": contract.decision?.label ?? "",
      "DecisionCommentee": contract.decisionComment,
      "DateDecision": contract.decidedOn.map(French.short) ?? "",
      // Between the service and the référent: a model that names it prints nothing there.
      "NoteReferent": "",
      "SignataireDepartement": contract.decidedByName ?? "",
    ]
  }

  private func item(_ index: Int, _ objective: Objective) -> [String: String] {
    [
      "Numero": String(index + 1),
      "Theme": objective.themeLabel,
      "Personne": objective.personDoes,
      "Referent": objective.referentDoes,
      "Echeance": objective.dueOn.map(French.short) ?? "",
      "Etape": objective.step.flatMap { steps[$0] } ?? "",
    ]
  }

  /// `6 mois` where both days make whole months, the last one included or not; otherwise `45 jours`.
  static func duration(from start: CalendarDate, to end: CalendarDate) -> String {
    let months = (end.year - start.year) * 12 + end.month - start.month
    for count in [months, months + 1] where count > 0 {
      let anniversary = start.adding(months: count)
      if end == anniversary || end == anniversary.adding(days: -1) { return "\(count) mois" }
    }
    return French.count(start.days(to: end) + 1, "jour")
  }

  /// As the file is called in the person's downloads: `CER 2 – MARTIN Léa – décision valide`.
  func fileName(_ model: OfferedModel) -> String {
    let kind = contract.kind == .cer ? "CER" : "CE"
    let suffix = model.calledFor?.ending ?? model.label
    if model.calledFor == .blank { return "\(kind) \(suffix)" }
    let person = French.name(people.familyName, people.givenName)
    return "\(kind) \(contract.number) – \(person) – \(suffix)"
  }
}
