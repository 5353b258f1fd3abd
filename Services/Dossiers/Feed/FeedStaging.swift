import Crypto
import Domain
import Foundation
import Postgres

/// The table that a file is streamed into before anything is compared: it lives as long as the import's transaction.
enum FeedStaging {
  static let table = "feed_staging"

  /// First what a dossier keeps, of which `digest` is made.
  static let columns = [
    "number", "payer", "payer_number", "claimant_number", "requested_on", "entitlement", "opened_on",
    "suspension_reason", "suspended_on", "closure_reason", "closed_on", "family_situation", "family_since",
    "children", "address", "postal_code", "insee_code", "commune", "dtas", "phone", "sms_refused", "email", "role",
    "genesis_id", "title", "family_name", "birth_name", "given_name", "sex", "birth_date", "nationality", "nir_hash",
    "duties", "duties_since", "orientation", "oriented_on", "midem_on", "midem_reason", "outside", "digest",
    "position", "quarantined", "doubtful", "problems", "nir", "ref_id", "ref_family", "ref_given", "ref_mail",
    "ref_structure", "ref_structure_id", "ref_dtas", "ref_from", "ref_until",
  ]

  static let create = """
    create temp table feed_staging (
      position int, quarantined boolean, doubtful boolean, problems jsonb, number text, payer text, payer_number text,
      claimant_number text, requested_on date, entitlement text, opened_on date, suspension_reason text,
      suspended_on date, closure_reason text, closed_on date, family_situation text, family_since date, children int,
      address text, postal_code text, insee_code text, commune text, dtas text, phone text, sms_refused boolean,
      email text, role text, genesis_id text, title text, family_name text, birth_name text, given_name text, sex text,
      birth_date date, nationality text, nir text, nir_hash bytea, duties boolean, duties_since date, orientation text,
      oriented_on date, ref_id text, ref_family text, ref_given text, ref_mail text, ref_structure text,
      ref_structure_id text, ref_dtas text, ref_from date, ref_until date, midem_on date, midem_reason text,
      outside boolean, digest bytea
    ) on commit drop;
    """

  /// What the plans of the statements that follow hang on.
  static let analyze = """
    analyze feed_staging (position, quarantined, doubtful, genesis_id, nir_hash, number, dtas, ref_id, ref_structure_id,
      ref_until);
    """

  /// One person's cells, in the order of `columns`.
  static func cells(_ person: FeedPerson, position: Int, department: String, seal: NIRSeal) throws -> [String?] {
    // A NIR that disagrees with sex or birth is looked into at creation only (domain facts 3.4): known persons pass.
    let grave = person.problems.filter { $0.severity == .quarantine }
    let doubtful = !grave.isEmpty && grave.allSatisfy { $0.code == .nirSex || $0.code == .nirBirth }
    let nir = try person.nir.flatMap { text in grave.contains { $0.code == .nirInvalid } ? nil : try NIR(text) }
    let referent = person.referent
    let problems =
      person.problems.isEmpty ? nil : String(decoding: try JSONEncoder().encode(person.problems), as: UTF8.self)
    var cells: [String?] = []
    cells.reserveCapacity(columns.count)
    cells += [
      person.numDemRsa, person.fonorg, person.numorg, person.matricule.map(claimant), person.dtDemRsa,
      person.etatDosRsa ?? "Z", person.dtOuverture, person.motiSusVers, person.ddSusVers, person.motiClo, person.dtClo,
      person.sitFam,
      person.ddSitFam, person.nbEnf.flatMap { Int($0) }.map(String.init), address(of: person), person.codePos,
      person.numCom, person.nomCom.map(capitalised), person.dtas, phone(person.numTel),
      person.autorUtiTel == "R" ? "t" : "f", person.adrElec, person.role, person.idPers, person.qual, person.nom,
      person.nomNai, person.prenom.map(capitalised), person.sexe, person.dtNai, person.nati,
      nir.flatMap { seal.hash($0).postgresText }, duties(person.topPersDroDevoRsa),
      person.ddSouDroDev, person.orientationType, person.orientationDate, person.midemDate, person.midemMotif,
      isOutside(person, department) ? "t" : "f",
    ]
    cells.append(digest(of: cells))
    cells += [
      String(position), !grave.isEmpty && !doubtful ? "t" : "f", doubtful ? "t" : "f", problems, nir?.characters,
      referent?.id, referent?.nom, referent?.prenom.map(capitalised), referent?.mail, referent?.structure,
      referent?.idStruct, referent?.dtas, referent?.from, referent?.until,
    ]
    return cells
  }

  /// Sixteen bytes that stand for what a dossier keeps of the feed. Change `edition` with the way values are cleaned, and
  /// everybody is compared once.
  private static func digest(of cells: [String?]) -> String? {
    let edition: UInt8 = 1
    var bytes: [UInt8] = [edition]
    bytes.reserveCapacity(512)
    for cell in cells {
      if let cell { bytes.append(contentsOf: cell.utf8) }
      // Two marks that no value holds, as control characters are taken out of all: nothing is not an empty text.
      bytes.append(cell == nil ? 0x1E : 0x1F)
    }
    return Data(SHA256.hash(data: bytes).prefix(16)).postgresText
  }

  /// `JEAN-PIERRE` as `Jean-Pierre`: CNAF writes capitals without accents, a screen does not.
  static func capitalised(_ text: String) -> String {
    // Nearly all are without accents, and whole characters cost ten times their bytes.
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return withAccents(text) }
    var begins = true
    let bytes = text.utf8.map { byte -> UInt8 in
      let isUpper = (0x41...0x5A).contains(byte)
      let isLower = (0x61...0x7A).contains(byte)
      defer { begins = !isUpper && !isLower }
      return begins && isLower ? byte - 0x20 : !begins && isUpper ? byte + 0x20 : byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func withAccents(_ text: String) -> String {
    var result = ""
    var begins = true
    for character in text.lowercased() {
      result += begins ? character.uppercased() : String(character)
      begins = !character.isLetter
    }
    return result
  }

  private static func duties(_ mark: String?) -> String? {
    switch mark {
    case "1": "t"
    case "0": "f"
    default: nil
    }
  }

  /// A claimant's number as people read it: CNAF frames its seven digits with zeros before or after (domain facts 3.4).
  static func claimant(_ text: String) -> String {
    let bare = text.filter { !$0.isWhitespace }
    guard bare.utf8.count > 7 else { return bare }
    let digits = bare.drop { $0 == "0" }
    return digits.count > 7 && digits.dropFirst(7).allSatisfy { $0 == "0" } ? String(digits.prefix(7)) : String(digits)
  }

  private static func phone(_ text: String?) -> String? {
    text.flatMap { PhoneNumber($0)?.national ?? $0 }
  }

  private static func isOutside(_ person: FeedPerson, _ department: String) -> Bool {
    guard let code = person.codePos else { return person.pays.map { $0 != "FRA" } ?? false }
    return !code.hasPrefix(department.prefix(2) == "2A" || department.prefix(2) == "2B" ? "20" : department)
  }

  private static func address(of person: FeedPerson) -> String? {
    let street = [person.numVoie, person.libTypeVoie, person.nomVoie].compactMap { $0 }.joined(separator: " ")
    let lines = [person.complIdeAdr, person.complAdr, street.isEmpty ? nil : street, person.lieuDist].compactMap { $0 }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
