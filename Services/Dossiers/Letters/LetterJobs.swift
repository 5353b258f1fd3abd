import API
import Documents
import Domain
import Foundation
import Letters
import Messaging
import Postgres
import Service

/// What is to be written to each dossier of a selection.
struct LetterTask: Codable, Sendable {
  let model: CountyModelStore.Chosen
  let author: String
  /// Where each person's letter is filed; nil where it is not.
  let filing: LetterFiling?

  var act: String { DossiersAPI.orderLetters.fullName }
}

/// Letters for a selection: one PDF in the order of the envelopes, and its table (rule D6). Each letter is read in a
/// transaction of its own, in its asker's name; the file is made once, when the last one is read.
struct LetterJobs: Sendable {
  let letters: LetterStore
  let queue: JobQueue

  init(letters: LetterStore) {
    self.letters = letters
    queue = JobQueue(postgres: letters.postgres, schema: "dossiers", name: "letter")
  }

  private var postgres: PostgresClient { letters.postgres }

  /// - Throws: 404 for a model that does not print today; 422 for an empty selection, or where nothing may be filed.
  func add(_ order: LettersOrder, for caller: Caller, at moment: Date) async throws -> ID<LetterJob> {
    guard !order.dossiers.isEmpty else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Cochez au moins une personne.")])
    }
    return try await postgres.withTransaction(as: caller) { [queue] transaction in
      let chosen = try await LetterStore.chosen(order.model, in: transaction)
      if let filing = order.filing { try await Self.check(filing, in: transaction) }
      let id = ID<LetterJob>.new(at: moment)
      try await queue.add(
        id.value, kind: chosen.label, task: LetterTask(model: chosen, author: caller.name, filing: order.filing),
        to: """
          select n.dossier, \(BatchStore.name) as name, null::uuid as target,
            row_number() over (order by h.postal_code, h.commune, d.family_name, d.given_name, n.dossier) as place
          from unnest(\(order.dossiers)::uuid[]) n (dossier)
          left join dossiers.dossier d on d.id = n.dossier left join dossiers.household h on h.id = d.household
          """, in: transaction, at: moment)
      return id
    }
  }

  /// Said once, rather than in every row.
  private static func check(_ filing: LetterFiling, in transaction: Transaction) async throws {
    var faults = try await KeptList.documentFolders.faults(
      filing.folder, at: "filing.folder", keeping: nil, in: transaction)
    faults += try await KeptList.documentTypes.faults(filing.type, at: "filing.type", keeping: nil, in: transaction)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }

  /// - Throws: 404 for another person's.
  func job(_ id: ID<LetterJob>, for caller: Caller) async throws -> LetterJob {
    try await postgres.withTransaction(as: caller.looking) { try await progress(of: id, in: $0).job }
  }

  private func progress(
    of id: ID<LetterJob>, in transaction: Transaction
  ) async throws -> (job: LetterJob, file: String?) {
    guard let progress = try await queue.progress(of: id.value, in: transaction) else {
      throw Problem.notFound("Ce traitement")
    }
    let job = LetterJob(
      id: id, label: progress.kind, total: progress.total, done: progress.done, refused: progress.refused,
      createdAt: progress.createdAt, endedAt: progress.endedAt, isReady: progress.result != nil)
    return (job, progress.result)
  }

  func rows(of id: ID<LetterJob>, _ query: BatchRowQuery, for caller: Caller) async throws -> Page<BatchRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    return try await postgres.withTransaction(as: caller) { transaction in
      _ = try await progress(of: id, in: transaction)
      let rows = try await queue.rows(
        of: id.value, outcome: query.outcome?.rawValue, after: after, limit: limit + 1, as: BatchRow.self,
        in: transaction)
      return try Page(rows, limit: limit, place: \.position)
    }
  }

  /// - Throws: 404 while there is none.
  func file(of id: ID<LetterJob>, for caller: Caller) async throws -> FileOutput {
    let (job, digest) = try await postgres.withTransaction(as: caller) { try await progress(of: id, in: $0) }
    guard let digest else { throw Problem.notFound("Le PDF de ces courriers") }
    return FileOutput(
      name: "\(job.label).pdf", contentType: LetterFormat.pdf.contentType,
      bytes: try await letters.documents.files.data(digest, limit: 256 << 20))
  }

  private struct Line: Decodable, Sendable {
    let number: Int, name: String, address: String, postalCode: String, commune: String
  }

  private static let sheet = Sheet(
    name: "Courriers",
    columns: [
      .init("Ordre", .integer), .init("Dossier", .integer), .init("Nom"), .init("Adresse"), .init("Code postal"),
      .init("Commune"),
    ])

  /// Who gets a letter, in the order of the envelopes.
  func table(of id: ID<LetterJob>, for caller: Caller) async throws -> FileOutput {
    let (job, lines) = try await postgres.withTransaction(as: caller) { transaction in
      let job = try await progress(of: id, in: transaction).job
      let lines = try await transaction.query(
        """
        select number, name, address, postal_code, commune from dossiers.letter_address
        where letter = \(id) order by position
        """, as: Line.self)
      return (job, lines)
    }
    let rows = lines.enumerated().map { index, line -> [Sheet.Cell] in
      [
        .integer(index + 1), .integer(line.number), .text(line.name), .text(line.address), .text(line.postalCode),
        .text(line.commune),
      ]
    }
    return FileOutput(
      name: "\(job.label).csv", contentType: CSV.mediaType, bytes: CSV.data(Self.sheet, rows: rows))
  }

  // MARK: The work

  /// Reads one letter. One without an address is refused: its envelope would come back.
  func write(_ task: LetterTask, to target: JobTarget, in transaction: Transaction, at moment: Date) async throws {
    guard let dossier = target.dossier else { throw Problem.notFound("Ce dossier") }
    let person = try await transaction.letterPerson(of: dossier)
    guard person.postalAddress != nil, let address = person.address else {
      throw Problem.conflict(
        "adresse-absente", "Son adresse n’est pas connue.", detail: "Le courrier ne peut pas lui être envoyé.")
    }
    let county = try await transaction.countyName()
    let texts = person.texts(county: county, author: task.author, on: CalendarDate(moment))
    try await transaction.execute(
      """
      insert into dossiers.letter_content (letter, position, dossier, content)
      values (\(target.job), \(target.position), \(dossier), \(json: texts))
      """)
    try await transaction.execute(
      """
      insert into dossiers.letter_address (letter, position, dossier, number, name, address, postal_code, commune)
      values (\(target.job), \(target.position), \(dossier), \(person.number), \(person.name), \(address),
        \(person.postalCode ?? ""), \(person.commune ?? ""))
      """)
    guard let filing = task.filing else { return }
    let word = try await letters.models.model(task.model).merge(texts.mapValues { MergeValue.text($0) })
    let digest = try await letters.documents.noted(word, for: transaction.caller)
    _ = try await letters.documents.deposit(
      word, digest,
      DocumentDeposit(
        folder: filing.folder, type: filing.type, name: filing.name, fileName: "\(task.model.label).docx"),
      in: dossier, transaction, at: moment)
  }

  private struct Content: Decodable, Sendable { let content: JSONValue }

  /// Makes the file of a job whose letters are all read. A process that dies here begins again.
  func end(_ task: LetterTask, job: UUID, in transaction: Transaction, at moment: Date) async throws {
    let contents = try await transaction.query(
      "select content from dossiers.letter_content where letter = \(job) order by position", as: Content.self)
    guard !contents.isEmpty else { return }
    let values = try contents.map { try $0.content.decoded(as: [String: String].self).mapValues(MergeValue.text) }
    guard let pdf = try await pdf(of: task, values) else { return }
    let system = Caller.system("letters", today: CalendarDate(moment))
    let digest = try await letters.documents.noted(pdf, for: system)
    try await DocumentStore.hold(content: digest, in: transaction)
    try await letters.documents.files.put(pdf)
    try await queue.keep(result: digest, of: job, in: transaction)
    try await transaction.execute("delete from dossiers.letter_content where letter = \(job)")
  }

  /// Nil for a model of which no PDF can be made; one that can be made later is tried again.
  private func pdf(of task: LetterTask, _ values: [[String: MergeValue]]) async throws -> Data? {
    do {
      return try await letters.converter.pdf(from: try await letters.models.model(task.model).merge(all: values))
    } catch let error as DocumentError {
      switch error {
      case .busy, .conversionTimedOut, .converterMissing, .fileNotFound: throw error
      default: return nil
      }
    }
  }
}
