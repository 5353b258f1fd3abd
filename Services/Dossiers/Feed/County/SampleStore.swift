import API
import Domain
import Foundation
import Postgres
import Service

/// The beginnings of counties' own files, kept sealed for a day while somebody says what their columns are.
struct SampleStore: Sendable {
  let postgres: PostgresClient
  let seal: FeedSeal

  private struct Stored: Decodable, Sendable {
    let fileName: String?
    let bytes: Data
    let isCut: Bool
  }

  /// Keeps the first lines of a file, packed or not.
  /// - Throws: 422 when it is no CSV, or one that is read without a mapping.
  func add(_ file: URL, name: String?, for caller: Caller, at moment: Date) async throws -> FeedSample {
    let (bytes, isCut): ([UInt8], Bool)
    let reading: SampleReading
    do {
      (bytes, isCut) = try Self.beginning(of: file)
      reading = try SampleReading(bytes)
    } catch let refusal as FeedRefusal {
      throw Self.problem(refusal.slug, refusal.message)
    }
    if reading.headers.first?.hasPrefix("<") == true || reading.headers.first?.uppercased() == "#GENESIS" {
      throw Self.problem(
        "deja-lu", "Jalons lit ce format sans correspondance : déposez le fichier sur la page « Flux Genesis ».")
    }
    guard reading.headers.count > 1 else {
      throw Self.problem(
        "une-colonne", "La première ligne n’a qu’une colonne. Déposez un fichier CSV dont elle donne les noms.")
    }
    let id = UUID.version7(at: moment)
    _ = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into dossiers.feed_sample (id, file_name, bytes, is_cut, kept_at, author)
        values (\(id), \(name), \(seal.seal(Data(bytes), place: id.uuidString)), \(isCut), \(moment),
          \(caller.account))
        """)
    }
    return Self.sample(reading, id: id, fileName: name, isCut: isCut)
  }

  /// A day is enough to say what columns are.
  static func forgetOld(at moment: Date, in transaction: Transaction) async throws {
    try await transaction.execute(
      "delete from dossiers.feed_sample where kept_at < \(moment.addingTimeInterval(-86_400))")
  }

  /// The sample as it reads with a separator and an encoding.
  func show(_ id: UUID, _ query: FeedSampleQuery, for caller: Caller) async throws -> FeedSample {
    let stored = try await find(id, for: caller)
    do throws(FeedRefusal) {
      let reading = try SampleReading(
        Array(stored.bytes), separator: query.separator, encoding: query.encoding)
      return Self.sample(reading, id: id, fileName: stored.fileName, isCut: stored.isCut)
    } catch {
      throw Self.problem(error.slug, error.message)
    }
  }

  /// What an import would make of its persons, by the very parser and checks of a file.
  func check(_ id: UUID, _ dialect: FeedDialect, for caller: Caller) async throws -> FeedSampleCheck {
    let faults = MappingChecks.faults(of: dialect)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let stored = try await find(id, for: caller)
    let department = try await postgres.withTransaction(as: caller.looking) { try await $0.department() }
    let (found, refusal) = Self.read(
      Array(stored.bytes), by: CountyCSV(dialect, referenceDate: caller.today), department: department)
    var people = found
    let twice = Dictionary(grouping: people.compactMap(\.idPers)) { $0 }.filter { $0.value.count > 1 }
    for index in people.indices where people[index].idPers.map({ twice[$0] != nil }) == true {
      people[index].problems.append(
        FeedProblem(.idDuplicated, .idPers, "Cet identifiant figure plusieurs fois dans l’échantillon."))
    }
    let rows = people.map(Self.row)
    let ordered = rows.filter { !$0.problems.isEmpty } + rows.filter(\.problems.isEmpty)
    func count(_ outcome: FeedSampleCheck.Row.Outcome) -> Int { rows.count { $0.outcome == outcome } }
    return FeedSampleCheck(
      rows: Array(ordered.prefix(200)), taken: count(.taken), ignored: count(.ignored), aside: count(.aside),
      refusal: refusal)
  }

  /// The persons before what refuses it, if anything does.
  private static func read(
    _ bytes: [UInt8], by county: CountyCSV, department: String
  ) -> ([FeedPerson], refusal: String?) {
    var reader = FeedReader(department: department, county: county)
    var people: [FeedPerson] = []
    do throws(FeedRefusal) {
      people = try reader.consume(bytes)
      let ending = try reader.finish()
      return (people + ending.people, nil)
    } catch {
      return (people, error.message)
    }
  }

  /// - Throws: 404 when there is none, or its day is over.
  private func find(_ id: UUID, for caller: Caller) async throws -> Stored {
    let stored = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select file_name, bytes, is_cut from dossiers.feed_sample where id = \(id)", as: Stored.self)
    }
    guard let stored else { throw Problem.notFound("Cet échantillon") }
    return Stored(
      fileName: stored.fileName, bytes: try seal.open(stored.bytes, place: id.uuidString), isCut: stored.isCut)
  }

  private static func sample(
    _ reading: SampleReading, id: UUID, fileName: String?, isCut: Bool
  ) -> FeedSample {
    FeedSample(
      id: id, fileName: fileName, separator: reading.separator, encoding: reading.encoding, dates: reading.dates,
      lines: reading.rows.count, isCut: isCut, columns: reading.columns,
      fields: FeedField.allCases.map {
        .init(name: $0.definition.column, isRequired: CountyCSV.required.contains($0))
      })
  }

  /// Whole lines, as many as are kept, and whether there are more.
  private static func beginning(of file: URL) throws -> ([UInt8], isCut: Bool) {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let gunzip = GunzipStream(limits: FeedLimits())
    var bytes: [UInt8] = []
    while bytes.count <= SampleReading.size {
      guard let chunk = try handle.read(upToCount: 64 * 1024), !chunk.isEmpty else {
        try gunzip.finish { bytes.append(contentsOf: $0) }
        return (bytes, false)
      }
      try chunk.withUnsafeBytes { raw in try gunzip.consume(raw) { bytes.append(contentsOf: $0) } }
    }
    let kept = bytes.prefix(SampleReading.size)
    guard let end = kept.lastIndex(of: 0x0A) else { throw FeedRefusal.tooLarge(line: 1) }
    return (Array(kept[...end]), true)
  }

  private static func row(_ person: FeedPerson) -> FeedSampleCheck.Row {
    var values: [String: String] = [:]
    for field in [FeedField.role, .dtNai, .etatDosRsa, .topPersDroDevoRsa, .nomCom, .referentId, .referentNom] {
      values[field.definition.column] = person[field]
    }
    return FeedSampleCheck.Row(
      name: [person.nom, person.prenom.map(FeedStaging.capitalised)].compactMap { $0 }.joined(separator: " "),
      genesisId: person.idPers,
      outcome: person.isQuarantined ? .aside : person.referent?.isOpen == true ? .taken : .ignored,
      problems: person.problems.map(\.issue), values: values)
  }

  private static func problem(_ code: String, _ message: String) -> Problem {
    Problem.invalid([Fault("fichier", code, message)])
  }
}
