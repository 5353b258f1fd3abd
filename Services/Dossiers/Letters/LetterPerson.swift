import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// Who a letter is about, and who accompanies them today.
struct LetterPerson: Codable, Sendable {
  var number: Int
  var title: String?
  var familyName: String
  var givenName: String
  var birthName: String?
  var birthDate: CalendarDate?
  var birthPrecision: BirthPrecision?
  var phone: String?
  var email: String?
  var address: String?
  var postalCode: String?
  var commune: String?
  var enteredOn: CalendarDate
  var duties: Bool?
  var territoryName: String?
  var referentName: String?
  var referentEmail: String?
  var referentPhone: String?
  var organisationName: String?
  var organisationAddress: String?
  var organisationPostalCode: String?
  var organisationCommune: String?

  var name: String { French.name(familyName, givenName) }

  /// What shows in the window of the envelope, under the name; nil where it is no address.
  var postalAddress: String? {
    let place = [postalCode, commune].compactMap(\.self).joined(separator: " ")
    guard let address, !address.isEmpty, !place.isEmpty else { return nil }
    return "\(address)\n\(place)"
  }

  /// The values by the names that the models use.
  func texts(county: String, author: String, on day: CalendarDate) -> [String: String] {
    let place = [postalCode, commune].compactMap(\.self).joined(separator: " ")
    let spoken: String? =
      switch title {
      case "MME", "MLE": "Madame"
      case "MR", "M": "Monsieur"
      default: nil
      }
    let structure = StructureAddress(
      address: organisationAddress, postalCode: organisationPostalCode, commune: organisationCommune)
    return [
      "Civilite": spoken ?? "", "Beneficiaire": name, "Nom": familyName.uppercased(), "Prenom": givenName,
      "NomNaissance": birthName ?? "",
      "DateNaissance": birthDate.map { French.shortBirth($0, birthPrecision) } ?? "",
      "Adresse": [address ?? "", place].filter { !$0.isEmpty }.joined(separator: "\n"),
      "CodePostal": postalCode ?? "", "Commune": commune ?? "", "Telephone": PhoneNumber.shown(phone) ?? "",
      "Courriel": email ?? "", "NumeroDossier": String(number), "DateEntree": French.short(enteredOn),
      "DroitsDevoirs": duties.map { $0 ? "Soumis aux droits et devoirs" : "Non soumis aux droits et devoirs" } ?? "",
      "Referent": referentName ?? "", "CourrielReferent": referentEmail ?? "",
      "TelephoneReferent": PhoneNumber.shown(referentPhone) ?? "", "Structure": organisationName ?? "",
      "Territoire": territoryName ?? "", "Departement": county, "DateCourrier": French.long(day),
      "Redacteur": author, "LieuCourrier": organisationCommune ?? "",
      "AdresseStructure": structure.lines.joined(separator: "\n"),
      "AdresseStructureLigne": structure.lines.joined(separator: ", "),
    ]
  }
}

extension Transaction {
  /// - Throws: 404 for a dossier out of the caller's reach.
  func letterPerson(of dossier: ID<Dossier>) async throws -> LetterPerson {
    let found = try await first(
      """
      select d.number, d.title, d.family_name, d.given_name, d.birth_name, d.birth_date, d.birth_precision, d.phone,
        d.email, h.address, h.postal_code, h.commune, d.entered_on, d.duties, t.name as territory_name,
        a.name as referent_name, a.email as referent_email, a.phone as referent_phone, o.name as organisation_name,
        o.address as organisation_address, o.postal_code as organisation_postal_code, o.commune as organisation_commune
      from dossiers.dossier d
      join dossiers.household h on h.id = d.household
      left join identity.v1_territory t on t.id = d.territory
      left join identity.v1_account a on a.id = d.lead
      left join identity.v1_organisation o on o.id = d.lead_organisation
      where d.id = \(dossier)
      """, as: LetterPerson.self)
    guard let found else { throw Problem.notFound("Ce dossier") }
    return found
  }
}
