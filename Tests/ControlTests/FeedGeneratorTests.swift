import Foundation
import Testing

@testable import Control
@testable import Dossiers

@Suite("The synthetic county")
struct FeedGeneratorTests {
  private func generator(
    _ persons: Int = 3000, seed: UInt64 = 7, options: FeedGenerator.Options = .init()
  ) throws -> FeedGenerator {
    try FeedGenerator(persons: persons, seed: seed, firstDay: "2026-03-12", options: options)
  }

  private func bytes(_ generator: FeedGenerator, day: Int = 0) throws -> [UInt8] {
    var all: [UInt8] = []
    try generator.write(day: day) { all.append(contentsOf: $0) }
    return all
  }

  private func read(
    _ generator: FeedGenerator, day: Int = 0, _ format: FeedGenerator.Format = .xml
  ) throws -> (persons: [FeedPerson], summary: FeedSummary, report: FeedGenerator.Report) {
    var reader = FeedReader(department: "07")
    var persons: [FeedPerson] = []
    let report = try generator.write(day: day, format: format) { persons += try reader.consume(Array($0)) }
    let ending = try reader.finish()
    return (persons + ending.people, ending.summary, report)
  }

  @Test("is the same to the byte for the same seed, and another for another seed")
  func determinism() throws {
    for day in [0, 3] {
      #expect(try bytes(generator(500), day: day) == bytes(generator(500), day: day))
    }
    #expect(try bytes(generator(500)) != bytes(generator(500, seed: 8)))
    #expect(try bytes(generator(500), day: 1) != bytes(generator(500), day: 2))
  }

  @Test("is read without a refusal nor a person set aside, for any day and in both formats")
  func clean() throws {
    for day in [0, 1, 2, 30] {
      let (persons, summary, report) = try read(generator(), day: day)
      #expect(summary.persons == report.persons)
      #expect(summary.households == report.households)
      #expect(summary.ignored == report.children)
      if day == 0 { #expect(report.persons == 3000) }
      #expect(persons.filter(\.isQuarantined).count == 0, "\(persons.first(where: \.isQuarantined)?.problems ?? [])")
      #expect(Set(persons.compactMap(\.idPers)).count == persons.count)
      #expect(Set(persons.map { $0.numDemRsa ?? "" }).count == summary.households)
      #expect(persons.allSatisfy { $0.referent != nil })
      let csv = try read(generator(), day: day, .csv)
      #expect(csv.persons == persons)
      #expect(csv.summary.ignored == summary.ignored)
    }
  }

  @Test("carries exactly the faults asked for")
  func defects() throws {
    var options = FeedGenerator.Options()
    options.defects = Dictionary(uniqueKeysWithValues: FeedDefect.allCases.map { ($0, 2) })
    let codes: [FeedDefect: FeedProblem.Code] = [
      .nirKey: .nirInvalid, .nirSex: .nirSex, .nirBirth: .nirBirth, .sameNIR: .sameNIR,
      .twoApplicants: .twoApplicants, .partnerWithoutApplicant: .partnerWithoutApplicant,
      .singleWithPartner: .singleWithPartner, .unknownEntitlement: .entitlementUnknown,
      .closedWithoutDate: .closedWithoutDate, .unreadableBirth: .dateUnreadable, .missingID: .idMissing,
      .duplicateID: .idDuplicated, .tooLong: .tooLong,
    ]
    for format in [FeedGenerator.Format.xml, .csv] {
      let (persons, _, report) = try read(generator(options: options), day: 0, format)
      #expect(report.defects == options.defects)
      #expect(persons.filter(\.isQuarantined).count == report.quarantined)
      for (defect, code) in codes {
        let touched = persons.filter { $0.problems.contains { $0.code == code } }
        #expect(Set(touched.map(\.household)).count == 2, "\(defect)")
      }
      #expect(persons.allSatisfy { $0.problems.count { $0.severity == .quarantine } <= 1 })
    }
  }

  @Test("looks like a county: couples, states, duties, missing numbers and contacts")
  func distribution() throws {
    let (persons, summary, _) = try read(generator(12_000))
    let households = Double(summary.households)
    func share(_ condition: (FeedPerson) -> Bool) -> Double {
      Double(persons.count(where: condition)) / Double(persons.count)
    }
    let applicants = persons.filter { $0.role == "DEM" }
    func homes(_ condition: (FeedPerson) -> Bool) -> Double { Double(applicants.count(where: condition)) / households }

    #expect(abs(share { $0.role == "CJT" } - 0.18) < 0.02)
    #expect(abs(homes { $0.etatDosRsa == "2" } - 0.85) < 0.02)
    #expect(abs(homes { $0.etatDosRsa == "4" } - 0.06) < 0.015)
    #expect(abs(homes { $0.etatDosRsa == "5" } - 0.05) < 0.015)
    #expect(abs(share { $0.topPersDroDevoRsa == "0" } - 0.08) < 0.015)
    #expect(abs(share { $0.nir == nil } - 0.12) < 0.02)
    #expect(abs(homes { $0.numTel == nil } - 0.15) < 0.02)
    #expect(abs(homes { $0.adrElec == nil } - 0.35) < 0.02)
    #expect(Set(persons.compactMap(\.numCom)).count > 30)
    #expect(Set(persons.compactMap(\.nom)).count > 150)
    #expect(Set(persons.compactMap(\.prenom)).count > 200)
  }

  @Test("has one référent for about seventy persons, each with an address of their own that reaches nobody")
  func referents() throws {
    let generator = try generator(12_000)
    let referents = generator.teams.referents
    #expect(abs(referents.count - 12_000 / 70) < 2)
    #expect(Set(referents.map(\.id)).count == referents.count)
    #expect(Set(referents.map(\.mail)).count == referents.count)
    #expect(referents.allSatisfy { $0.mail.hasSuffix(".example") })
    #expect(generator.teams.byTerritory.allSatisfy { $0.count >= 3 })
    let (persons, _, _) = try read(generator)
    #expect(persons.allSatisfy { $0.dtas == $0.referent?.dtas })
    let loads = Dictionary(grouping: persons, by: { $0.referent?.id ?? "" }).mapValues(\.count)
    #expect((loads.values.max() ?? 0) < 150)
  }

  @Test("always begins with the couple that demonstrations name, whatever the seed", arguments: [1, 2, 99] as [UInt64])
  func firstCouple(seed: UInt64) throws {
    for day in [0, 5, 40] {
      let (persons, _, _) = try read(generator(200, seed: seed), day: day)
      let (lea, hugo) = (persons[0], persons[1])
      #expect((lea.idPers, lea.nom, lea.prenom, lea.role) == ("G0000001", "MARTIN", "LEA", "DEM"))
      #expect((lea.dtNai, lea.qual, lea.numTel, lea.nomCom) == ("1985-07-14", "MME", "0612345678", "PRIVAS"))
      #expect((hugo.idPers, hugo.nom, hugo.prenom, hugo.role) == ("G0000002", "MARTIN", "HUGO", "CJT"))
      let first = try #require(lea.referent)
      #expect((first.id, first.nom, first.prenom) == ("R0001", "DURAND", "PAUL"))
      #expect(first.mail == "p.durand@amesud.example")
      #expect((first.structure, first.idStruct, first.dtas) == ("AMESUD", "S012", "CENTRE"))
      let second = try #require(hugo.referent)
      #expect((second.id, second.dtas) == ("R0002", "CENTRE"))
      #expect(second.idStruct != first.idStruct)
    }
  }

  @Test("gives Léa another référent on day 1 when asked, and only then")
  func reorientation() throws {
    var options = FeedGenerator.Options()
    options.reorientLea = true
    let before = try read(generator(200, options: options)).persons[0]
    let after = try read(generator(200, options: options), day: 1).persons[0]
    let unasked = try read(generator(200), day: 1).persons[0]
    #expect(before.referent?.id == "R0001")
    #expect(unasked.referent?.id == "R0001")
    let referent = try #require(after.referent)
    #expect((referent.id, referent.dtas, referent.from) == ("R0003", "CENTRE", "2026-03-12"))
    #expect(referent.idStruct == "S013")
    #expect((after.orientationRank, after.orientationOrigin) == ("2", "REORIENTATION"))
  }

  @Test("changes by one to three in a hundred from a day to the next; who ends disappears the day after")
  func evolution() throws {
    let generator = try generator(6000)
    for day in 1...3 {
      let before = try read(generator, day: day - 1).persons
      let after = try read(generator, day: day).persons
      let old = Dictionary(uniqueKeysWithValues: before.map { ($0.idPers ?? "", $0) })
      let new = Dictionary(uniqueKeysWithValues: after.map { ($0.idPers ?? "", $0) })
      let changed = old.count { id, person in new[id].map { $0.values != person.values } ?? false }
      #expect((0.005...0.035).contains(Double(changed) / Double(old.count)), "\(changed)")
      let gone = old.filter { new[$0.key] == nil }
      #expect(gone.values.allSatisfy { $0.referent?.until != nil && $0.referent?.motif != nil })
      let ended = old.filter { $0.value.referent?.until != nil }
      #expect(ended.keys.allSatisfy { new[$0] == nil })
      #expect(new.contains { old[$0.key] == nil })
    }
    let later = try read(generator, day: 60).persons
    #expect(abs(later.count - 6000) < 600)
    #expect(later.contains { $0.midemDate != nil })
    #expect(later.contains { $0.codePos?.hasPrefix("07") == false })
  }

  @Test("names its files by the feed's rule")
  func names() throws {
    let generator = try generator(10)
    #expect(generator.fileName(day: 0) == "GEN_VIESION_07_20260312_0410_STOCK.xml")
    #expect(generator.fileName(day: 20, format: .csv, gzip: true) == "GEN_VIESION_07_20260401_0410_STOCK.csv.gz")
  }

  @Test("refuses what cannot be a county or a day")
  func refusals() throws {
    #expect(throws: FeedGenerator.Fault.persons(1)) { try generator(1) }
    #expect(throws: FeedGenerator.Fault.firstDay("2026-02-30")) {
      try FeedGenerator(persons: 10, seed: 1, firstDay: "2026-02-30")
    }
    #expect(throws: FeedGenerator.Fault.day(-1)) { try generator(10).write(day: -1) { _ in } }
  }

  @Test("is written for the largest county without keeping it")
  func large() throws {
    var size = 0
    let clock = ContinuousClock()
    let time = try clock.measure {
      let report = try generator(110_000).write(day: 2) { size += $0.count }
      #expect(report.persons > 100_000)
    }
    print("110,000 persons: \(size / 1_000_000) MB in \(time)")
    #expect(size > 50_000_000)
  }
}
