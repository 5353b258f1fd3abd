import API
import Domain

/// The rules that set a person aside (rule F7): functions of one household's values.
struct FeedChecks: Sendable {
  /// What a postcode of the department starts with: `07`, `20` for both Corsicas, `971`.
  private let postcodePrefix: String
  private let format: FeedRun.Format

  init(department: String, format: FeedRun.Format = .genesis) {
    self.format = format
    let code = FeedHeader.department(department)
    postcodePrefix = code == "2A" || code == "2B" ? "20" : code
  }

  /// CNAF's states of entitlement; `Z` is "not defined", and known.
  static let entitlements: Set<String> = ["0", "1", "2", "3", "4", "5", "6", "Z"]
  /// Family situations of somebody who lives alone, which exclude a partner.
  static let alone: Set<String> = ["ABA", "CEL", "DIV", "ISO", "SEF", "SEL", "VEU"]

  /// Adds the problems found to each person, the household's to all of them.
  func check(_ people: inout [FeedPerson]) {
    guard !people.isEmpty else { return }
    for index in people.indices { checkPerson(&people[index]) }
    let shared = householdProblems(people)
    guard !shared.isEmpty else { return }
    for index in people.indices { people[index].problems.append(contentsOf: shared) }
  }

  private func checkPerson(_ person: inout FeedPerson) {
    // CNAF knows persons by their NIR alone: whose dossier it is, the caseload tells.
    if person.idPers == nil, format == .genesis {
      person.problems.append(FeedProblem(.idMissing, .idPers, "La personne n’a pas d’identifiant Genesis."))
    }
    if person.nom == nil {
      person.problems.append(FeedProblem(.nameMissing, .nom, "La personne n’a pas de nom."))
    }
    if person.prenom == nil {
      person.problems.append(
        FeedProblem(.givenNameMissing, .prenom, "La personne n’a pas de prénom.", severity: .warning))
    }
    if person.role != "DEM", person.role != "CJT" {
      person.problems.append(
        FeedProblem(.roleUnknown, .role, "Le rôle dans le foyer n’est pas connu (DEM, CJT, ENF ou AUT)."))
    }
    shortenBirth(of: &person)
    checkNIR(&person)
  }

  /// Keeps the known part of a date of birth: a file may write the first of the month, or of the year, for an unknown day.
  private func shortenBirth(of person: inout FeedPerson) {
    guard let birth = person.dtNai else { return }
    switch person.typeDtNai {
    case "J": person.values[.dtNai] = String(birth.prefix(7))
    case "O": person.values[.dtNai] = String(birth.prefix(4))
    default: break
    }
  }

  private func checkNIR(_ person: inout FeedPerson) {
    guard let text = person.nir else { return }
    let nir: NIR
    do {
      nir = try NIR(text)
    } catch {
      person.problems.append(FeedProblem(.nirInvalid, .nir, Self.message(for: error)))
      person.values[.nir] = String(text.prefix(15))
      return
    }
    person.values[.nir] = nir.characters
    if let sex = person.sexe, !nir.agrees(withMale: sex == "1") {
      person.problems.append(
        FeedProblem(.nirSex, .sexe, "Le sexe indiqué ne correspond pas au premier chiffre du NIR."))
    }
    if let date = person.dtNai, let born = FeedDate.yearAndMonth(date) {
      if !nir.agrees(withYear: born.year, month: born.month) {
        person.problems.append(
          FeedProblem(.nirBirth, .dtNai, "La date de naissance ne correspond pas à l’année et au mois du NIR."))
      }
    }
  }

  private static func message(for fault: NIR.Fault) -> String {
    switch fault {
    case .length: "Le NIR n’a ni 13 ni 15 caractères."
    case .character: "Le NIR contient un caractère qui n’y a pas sa place."
    case .sex: "Le NIR ne commence ni par 1 ou 2, ni par 3, 4, 7 ou 8."
    case .month: "Le mois de naissance inscrit dans le NIR n’existe pas."
    case .department: "Le département de naissance inscrit dans le NIR n’existe pas."
    case .key: "La clé du NIR est fausse."
    }
  }

  private func householdProblems(_ people: [FeedPerson]) -> [FeedProblem] {
    var found: [FeedProblem] = []
    let first = people[0]
    if first.numDemRsa == nil {
      found.append(FeedProblem(.requestMissing, .numDemRsa, "Le foyer n’a pas de numéro de demande RSA."))
    }
    if !Self.entitlements.contains(first.etatDosRsa ?? "") {
      found.append(FeedProblem(.entitlementUnknown, .etatDosRsa, "L’état du droit n’est pas connu (0 à 6, ou Z)."))
    }
    if first.etatDosRsa == "5", first.dtClo == nil {
      found.append(FeedProblem(.closedWithoutDate, .dtClo, "Le droit est clos sans date de clôture."))
    }
    if let code = first.codePos, !code.hasPrefix(postcodePrefix) {
      found.append(
        FeedProblem(
          .postcodeOutside, .codePos, "L’adresse du foyer est hors du département.", severity: .warning))
    }
    return found + roleProblems(people) + likenessProblems(people)
  }

  private func roleProblems(_ people: [FeedPerson]) -> [FeedProblem] {
    let applicants = people.count { $0.role == "DEM" }
    let partners = people.count { $0.role == "CJT" }
    var found: [FeedProblem] = []
    if applicants > 1 {
      found.append(FeedProblem(.twoApplicants, .role, "Le foyer compte deux demandeurs."))
    }
    if partners > 1 {
      found.append(FeedProblem(.twoPartners, .role, "Le foyer compte deux conjoints."))
    }
    if partners > 0, applicants == 0 {
      found.append(FeedProblem(.partnerWithoutApplicant, .role, "Le foyer a un conjoint sans demandeur."))
    }
    if partners > 0, let situation = people[0].sitFam, Self.alone.contains(situation) {
      found.append(
        FeedProblem(
          .singleWithPartner, .sitFam, "La situation familiale est celle d’une personne seule, avec un conjoint."))
    }
    return found
  }

  private func likenessProblems(_ people: [FeedPerson]) -> [FeedProblem] {
    var found: [FeedProblem] = []
    let ids = people.compactMap(\.idPers)
    if Set(ids).count < ids.count {
      found.append(FeedProblem(.idDuplicated, .idPers, "Deux personnes du foyer ont le même identifiant Genesis."))
    }
    let numbers = people.compactMap(\.nir)
    if Set(numbers).count < numbers.count {
      found.append(FeedProblem(.sameNIR, .nir, "Deux personnes du foyer ont le même NIR."))
    }
    return found
  }
}
