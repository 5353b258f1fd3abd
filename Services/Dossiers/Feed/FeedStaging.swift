import Domain
import Foundation
import Postgres

/// The table that a file is streamed into before anything is compared: it lives as long as the import's transaction.
///
/// A day's file says of nearly everybody what the day before's said. Those are written by their keys alone (`said_before`):
/// by what they are known and who follows them. The rest is in their dossier. A référent, too, is described once.
struct FeedStaging {
  static let table = "feed_staging"

  /// What every row has, then what only those have of whom something new is said.
  static let columns = keys + values
  private static let keys = [
    "position", "quarantined", "doubtful", "said_before", "problems", "unread", "genesis_id", "nir_hash", "dtas",
    "ref_id",
    "ref_structure_id", "ref_from", "ref_until", "ref_family", "ref_given", "ref_mail", "ref_structure", "ref_dtas",
  ]
  private static let values = [
    "digest", "number", "family_name", "given_name", "payer", "payer_number", "claimant_number", "claimant_sealed",
    "claimant_hash", "requested_on",
    "entitlement", "opened_on", "suspension_reason", "suspended_on", "closure_reason", "closed_on", "family_situation",
    "family_since", "children", "address", "postal_code", "insee_code", "commune", "phone", "sms_refused", "email",
    "role", "title", "birth_name", "sex", "birth_date", "birth_precision", "nationality", "nir_sealed", "duties",
    "duties_since",
    "orientation", "oriented_on", "midem_on", "midem_reason", "outside",
  ]

  static let create = """
    create temp table feed_staging (
      position int, quarantined boolean, doubtful boolean, said_before boolean, problems jsonb,
      -- The columns of what the file writes and nobody can read.
      unread text[], genesis_id text, nir_hash bytea, dtas text, ref_id text, ref_structure_id text, ref_from date, ref_until date, ref_family text,
      ref_given text, ref_mail text, ref_structure text, ref_dtas text, digest bytea, number text, family_name text,
      given_name text, payer text, payer_number text, claimant_number text,
      claimant_sealed bytea, claimant_hash bytea, requested_on date, entitlement text,
      opened_on date, suspension_reason text, suspended_on date, closure_reason text, closed_on date,
      family_situation text, family_since date, children int, address text, postal_code text, insee_code text,
      commune text, phone text, sms_refused boolean, email text, role text, title text, birth_name text, sex text,
      birth_date date, birth_precision text, nationality text, nir_sealed bytea, duties boolean, duties_since date, orientation text,
      oriented_on date, midem_on date, midem_reason text, outside boolean
    ) on commit drop;
    """

  /// What the plans of the statements that follow hang on.
  static let analyze = """
    analyze feed_staging (position, quarantined, doubtful, genesis_id, nir_hash, number, dtas, ref_id, ref_structure_id,
      ref_until);
    """

  let department: String
  let seal: NIRSeal
  /// What was said of those whom the caseload holds.
  let said: Set<FeedDigest>
  /// The référents described so far, as long as they are no more than a county has.
  private var described: Set<FeedReferent> = []

  init(department: String, seal: NIRSeal, said: Set<FeedDigest> = []) {
    self.department = department
    self.seal = seal
    self.said = said
  }

  /// Writes one person's row, in the order of `columns`.
  mutating func write(_ person: FeedPerson, position: Int, to writer: inout CopyWriter) async throws {
    // A NIR that disagrees with sex or birth is looked into at creation only (rule F10): known persons pass.
    let grave = person.problems.filter { $0.severity == .quarantine }
    let isDoubtful = !grave.isEmpty && grave.allSatisfy { $0.code == .nirSex || $0.code == .nirBirth }
    let nir = try person.nir.flatMap { text in grave.contains { $0.code == .nirInvalid } ? nil : try NIR(text) }
    let hash = nir.map(seal.hash)
    let claimant = person.matricule.map(ClaimantNumber.init)
    let digest = FeedDigest(of: person, nirHash: hash, claimantHash: claimant?.nir.map(seal.hash))
    let isSaidBefore = grave.isEmpty && said.contains(digest)
    writer.cell(String(position))
    writer.cell(!grave.isEmpty && !isDoubtful)
    writer.cell(isDoubtful)
    writer.cell(isSaidBefore)
    writer.cell(
      person.problems.isEmpty ? nil : String(decoding: try JSONEncoder().encode(person.problems), as: UTF8.self))
    writer.cell(Self.unread(of: person))
    writer.cell(person.idPers)
    writer.cell(hash)
    writer.cell(person.dtas)
    writeReferent(of: person, to: &writer)
    if isSaidBefore {
      writer.nulls(Self.values.count)
    } else {
      writer.cell(digest.bytes)
      writer.cell(person.numDemRsa)
      writer.cell(person.nom)
      // Some people have none.
      writer.cell(person.prenom.map(Self.capitalised) ?? "")
      try writeHousehold(of: person, claimant: claimant, to: &writer)
      try writePerson(person, nir: nir, to: &writer)
    }
    try await writer.endRow()
  }

  /// The columns of the values that were told of and not kept, as an array; nil for nearly everybody. Everybody was born,
  /// so that no date of birth is none that could be read.
  private static func unread(of person: FeedPerson) -> String? {
    guard !person.problems.isEmpty || person.dtNai == nil else { return nil }
    var columns = Set(
      person.problems.filter { problem in
        problem.severity == .warning && FeedField.byColumn[problem.field].map { person[$0] == nil } == true
      }.map(\.field))
    if person.dtNai == nil { columns.insert(FeedField.dtNai.definition.column) }
    return columns.isEmpty ? nil : "{\(columns.sorted().joined(separator: ","))}"
  }

  private mutating func writeReferent(of person: FeedPerson, to writer: inout CopyWriter) {
    let referent = person.referent
    writer.cell(referent?.id)
    writer.cell(referent?.idStruct)
    writer.cell(referent?.from)
    writer.cell(referent?.until)
    guard let description = referent?.description, !described.contains(description) else { return writer.nulls(5) }
    if described.count < 50_000 { described.insert(description) }
    writer.cell(description.nom)
    writer.cell(description.prenom.map(Self.capitalised))
    writer.cell(description.mail)
    writer.cell(description.structure)
    writer.cell(description.dtas)
  }

  private func writeClaimant(_ claimant: ClaimantNumber?, to writer: inout CopyWriter) throws {
    writer.cell(claimant?.shown)
    writer.cell(try claimant?.nir.map(seal.seal))
    writer.cell(claimant?.nir.map(seal.hash))
  }

  private func writeHousehold(
    of person: FeedPerson, claimant: ClaimantNumber?, to writer: inout CopyWriter
  ) throws {
    writer.cell(person.fonorg)
    writer.cell(person.numorg)
    try writeClaimant(claimant, to: &writer)
    writer.cell(person.dtDemRsa)
    writer.cell(person.etatDosRsa ?? "Z")
    writer.cell(person.dtOuverture)
    writer.cell(person.motiSusVers)
    writer.cell(person.ddSusVers)
    writer.cell(person.motiClo)
    writer.cell(person.dtClo)
    writer.cell(person.sitFam)
    writer.cell(person.ddSitFam)
    writer.cell(person.nbEnf)
    writer.cell(Self.address(of: person))
    writer.cell(person.codePos)
    writer.cell(person.numCom)
    writer.cell(person.nomCom.map(Self.capitalised))
    writer.cell(person.numTel)
    writer.cell(person.autorUtiTel == "R")
    writer.cell(person.adrElec)
  }

  private func writePerson(_ person: FeedPerson, nir: NIR?, to writer: inout CopyWriter) throws {
    writer.cell(person.role)
    writer.cell(person.qual)
    writer.cell(person.nomNai)
    writer.cell(person.sexe)
    let birth = person.dtNai.map(FeedDate.stored)
    writer.cell(birth?.date)
    writer.cell(birth?.precision ?? BirthPrecision.day.rawValue)
    writer.cell(person.nati)
    writer.cell(try nir.map(seal.seal))
    writer.cell(Self.duties(person.topPersDroDevoRsa))
    writer.cell(person.ddSouDroDev)
    writer.cell(person.orientationType)
    writer.cell(person.orientationDate)
    writer.cell(person.midemDate)
    writer.cell(person.midemMotif)
    writer.cell(Self.isOutside(person, department))
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
