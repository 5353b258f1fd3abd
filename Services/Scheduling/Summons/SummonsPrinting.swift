import API
import Documents
import Domain
import Foundation
import Letters
import Postgres
import Service

/// What a summons says: the person, the appointment and who writes.
struct SummonsLetter: Codable, Sendable {
  var familyName: String
  var givenName: String
  var number: Int
  var address: String?
  var postalCode: String?
  var commune: String?
  var startsAt: Date
  var kind: String
  var theme: String?
  var place: String?
  var agentName: String
  var agentEmail: String?
  var agentPhone: String?
  var organisationName: String?
  var organisationAddress: String?
  var organisationPostalCode: String?
  var organisationCommune: String?

  func values(county: String, message: String?, on today: CalendarDate) -> [String: MergeValue] {
    let line = [postalCode, commune].compactMap(\.self).joined(separator: " ")
    let structure = StructureAddress(
      address: organisationAddress, postalCode: organisationPostalCode, commune: organisationCommune)
    let texts = [
      "Beneficiaire": French.name(familyName, givenName),
      "Adresse": [address ?? "", line].filter { !$0.isEmpty }.joined(separator: "\n"),
      "NumeroDossier": String(number),
      "DateRendezVous": French.full(CalendarDate(startsAt)),
      "HeureRendezVous": French.time(startsAt),
      "LieuRendezVous": place ?? "",
      "Interlocuteur": agentName,
      "TypeRendezVous": kind,
      "Theme": theme ?? "",
      "Message": message ?? "",
      "Referent": agentName,
      "TelephoneReferent": PhoneNumber.shown(agentPhone) ?? "",
      "CourrielReferent": agentEmail ?? "",
      "Structure": organisationName ?? "",
      "AdresseStructure": structure.lines.joined(separator: "\n"),
      "AdresseStructureLigne": structure.lines.joined(separator: ", "),
      "LieuCourrier": organisationCommune ?? "",
      "DateCourrier": French.long(today),
      "Departement": county,
    ]
    return texts.mapValues { MergeValue.text($0) }
  }

  /// `Convocation – MARTIN Léa – 12 mars 2026`
  var fileName: String {
    "Convocation – \(French.name(familyName, givenName)) – \(French.long(CalendarDate(startsAt)))"
  }
}

/// Makes summons: what is in one is read in one transaction, the file is made after it.
struct SummonsPrinting: Sendable {
  let postgres: PostgresClient
  let models: CountyModelStore
  let converter: any DocumentConverter

  /// - Throws: 404 for a model that is not offered; 409 where the county has not said its name; 503 when too many documents are being made.
  func document(
    of appointment: ID<Appointment>, _ print: SummonsPrint, for caller: Caller
  ) async throws -> FileOutput {
    let (letter, model, county) = try await postgres.withTransaction(as: caller) { transaction in
      let chosen = try await transaction.models(of: "scheduling")
      let offered = try await Self.ordered(chosen.map(\.offered), for: appointment, in: transaction)
      let code = print.model ?? offered.first?.code
      guard offered.contains(where: { $0.code == code }), let file = chosen.first(where: { $0.code == code }) else {
        throw Problem.notFound("Ce modèle")
      }
      return (try await Self.letter(of: appointment, in: transaction), file, try await transaction.countyName())
    }
    return try await (print.format ?? .pdf).output(
      try await models.model(model), letter.values(county: county, message: print.message, on: caller.today),
      named: letter.fileName, by: converter)
  }

  func offered(for appointment: ID<Appointment>, to caller: Caller) async throws -> [OfferedModel] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.ordered(
        transaction.models(of: "scheduling").map(\.offered), for: appointment, in: transaction)
    }
  }

  private struct Occasion: Decodable, Sendable {
    let theme: String?
    let isGroup: Bool
    let before: AppointmentOutcome?
  }

  private static func ordered(
    _ models: [OfferedModel], for appointment: ID<Appointment>, in transaction: Transaction
  ) async throws -> [OfferedModel] {
    let found = try await transaction.first(
      """
      select a.theme, a.kind = 'collectif' or exists (select from scheduling.meeting m where m.id = a.meeting) as is_group,
        (select b.outcome from scheduling.appointment b
          where b.dossier = a.dossier and b.starts_at < a.starts_at and b.outcome <> 'planned'
          order by b.starts_at desc limit 1) as before
      from scheduling.appointment a where a.id = \(appointment)
      """, as: Occasion.self)
    guard let found else { throw Problem.notFound("Ce rendez-vous") }
    return SummonsOccasion.ordered(
      models, for: SummonsOccasion.of(theme: found.theme, isGroup: found.isGroup, before: found.before))
  }

  private static let letters: SQL = """
    select d.family_name, d.given_name, d.number, w.address, w.postal_code, w.commune, a.starts_at, k.label as kind,
      t.label as theme, a.place_name || coalesce(', ' || nullif(p.address, ''), '') as place, a.agent_name,
      i.email as agent_email, i.phone as agent_phone, o.name as organisation_name, o.address as organisation_address,
      o.postal_code as organisation_postal_code, o.commune as organisation_commune
    from scheduling.appointment a join dossiers.v1_dossier d on d.id = a.dossier
      join scheduling.appointment_kind k on k.code = a.kind
      left join scheduling.appointment_theme t on t.code = a.theme
      left join scheduling.place p on p.id = a.place
      left join dossiers.v1_address w on w.dossier = d.id
      left join identity.v1_account i on i.id = a.agent
      left join identity.v1_organisation o on o.id = i.organisation
    """

  private static func letter(
    of appointment: ID<Appointment>, in transaction: Transaction
  ) async throws -> SummonsLetter {
    let found = try await transaction.first("\(letters) where a.id = \(appointment)", as: SummonsLetter.self)
    guard let found else { throw Problem.notFound("Ce rendez-vous") }
    return found
  }

  // MARK: Of a group

  /// - Throws: 404 for a meeting that is not the caller's to see and for a model that is not offered; 409 where no
  ///   participant is expected; 503 when too many documents are being made.
  func documents(
    of meeting: ID<GroupMeeting>, _ print: SummonsPrint, for caller: Caller
  ) async throws -> FileOutput {
    let (letters, model, county) = try await postgres.withTransaction(as: caller) { transaction in
      let known = try await transaction.first(
        "select id from scheduling.meeting where id = \(meeting)", as: ID<GroupMeeting>.self)
      guard known != nil else { throw Problem.notFound("Cette réunion") }
      let chosen = try await transaction.models(of: "scheduling")
      let offered = SummonsOccasion.ordered(chosen.map(\.offered), for: .collective)
      let code = print.model ?? offered.first?.code
      guard offered.contains(where: { $0.code == code }), let file = chosen.first(where: { $0.code == code }) else {
        throw Problem.notFound("Ce modèle")
      }
      let letters = try await transaction.query(
        """
        \(Self.letters) where a.meeting = \(meeting) and a.outcome = 'planned'
        order by w.postal_code nulls last, d.family_name, d.given_name, a.id limit 200
        """, as: SummonsLetter.self)
      return (letters, file, try await transaction.countyName())
    }
    guard let first = letters.first else {
      throw Problem.conflict(
        "personne", "Personne n’est attendu à cette réunion.",
        detail: "Les convocations sont celles des rendez-vous prévus.")
    }
    let values = letters.map { $0.values(county: county, message: print.message, on: caller.today) }
    return try await (print.format ?? .pdf).output(
      try await models.model(model), each: values,
      named: "Convocations – \(French.long(CalendarDate(first.startsAt)))", by: converter)
  }

  // MARK: Proof of sending

  func sendings(of appointment: ID<Appointment>, for caller: Caller) async throws -> [LetterSending] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select id, way, sent_on, number, entered_by_name, entered_at from scheduling.sending
        where appointment = \(appointment) order by sent_on desc, id desc limit 50
        """, as: LetterSending.self)
    }
  }

  /// - Throws: 422 for a day to come, and for a registered letter without its number.
  func record(
    _ draft: LetterSendingDraft, of appointment: ID<Appointment>, as caller: Caller, at moment: Date
  ) async throws -> LetterSending {
    var faults: [Fault] = []
    if draft.sentOn > caller.today {
      faults.append(Fault("sentOn", "a-venir", "L’envoi est à venir. Notez-le une fois qu’il est fait."))
    }
    if draft.way == .registered, draft.number == nil {
      faults.append(Fault("number", "obligatoire", "Indiquez le numéro du recommandé, qui est sur son avis."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      let sending = LetterSending(
        id: .new(at: moment), way: draft.way, sentOn: draft.sentOn, number: draft.number,
        enteredByName: caller.name, enteredAt: moment)
      let inserted = try await transaction.execute(
        """
        insert into scheduling.sending (id, dossier, territory, appointment, way, sent_on, number, entered_by,
          entered_by_name, entered_at)
        select \(sending.id), dossier, territory, id, \(sending.way), \(sending.sentOn), \(sending.number),
          \(caller.account), \(caller.name), \(moment)
        from scheduling.appointment where id = \(appointment)
        """)
      guard inserted == 1 else { throw Problem.notFound("Ce rendez-vous") }
      return sending
    }
  }
}
