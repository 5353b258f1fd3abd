import Testing

@testable import Dossiers

@Suite("What sets a person of the feed aside")
struct FeedProblemTests {
  typealias Code = FeedProblem.Code

  /// The problems of each person of the sample household once `target` reads `replacement`.
  private func problems(_ target: String, _ replacement: String, persons: Int = 3) throws -> [[FeedProblem]] {
    #expect(FeedSamples.couple.contains(target))
    let text = FeedSamples.couple.replacing(target, with: replacement)
    return try FeedSamples.read(FeedSamples.xml(text, persons: persons)).persons.map(\.problems)
  }

  @Test(
    "is a fault of their own",
    arguments: [
      (Code.nirInvalid, "NIR", "285070718604227", "285070718604228"), (.nirInvalid, "NIR", "285070718604227", "28507"),
      (.nirInvalid, "NIR", "285070718604227", "2850707186042AB"), (.nirSex, "SEXE", "SEXE=\"2\"", "SEXE=\"1\""),
      (.nirBirth, "DTNAI", "1985-07-14", "1986-07-14"), (.nirBirth, "DTNAI", "1985-07-14", "1985-08-14"),
      (.dateUnreadable, "DTNAI", "1985-07-14", "1985-02-29"), (.dateUnreadable, "DTNAI", "1985-07-14", "14 juillet"),
      (.dateUnreadable, "DFDESIGNATION", "DFDESIGNATION=\"\"", "DFDESIGNATION=\"2025-13-10\""),
      (.idMissing, "IDPERS", "IDPERS=\"G0001234\"", "IDPERS=\" \""),
      (.nameMissing, "NOM", "NOM=\"MARTIN\" NOMNAI", "NOMNAI"),
      (.tooLong, "IDREF", "IDREF=\"R0456\"", "IDREF=\"\(String(repeating: "É", count: 21))\""),
      (.roleUnknown, "ROLEPERS", "ROLEPERS=\"DEM\"", "ROLEPERS=\"\""),
    ])
  func own(code: Code, field: String, target: String, replacement: String) throws {
    let found = try problems(target, replacement)
    let problem = try #require(found[0].first { $0.code == code })
    #expect(problem.field == field)
    #expect(problem.severity == .quarantine)
    #expect(!problem.message.contains("1234") && !problem.message.contains("MARTIN"))
    #expect(!found[1].contains { $0.code == code })
  }

  @Test(
    "is a fault of the household, for all its members",
    arguments: [
      (Code.twoApplicants, "ROLEPERS=\"CJT\"", "ROLEPERS=\"DEM\""),
      (.twoPartners, "ROLEPERS=\"DEM\"", "ROLEPERS=\"CJT\""),
      (.partnerWithoutApplicant, "ROLEPERS=\"DEM\"", "ROLEPERS=\"CJT\""),
      (.singleWithPartner, "SITFAM=\"VIM\"", "SITFAM=\"CEL\""),
      (.entitlementUnknown, "ETATDOSRSA=\"2\"", "ETATDOSRSA=\"9\""),
      (.entitlementUnknown, "ETATDOSRSA=\"2\"", "ETATDOSRSA=\"\""),
      (.closedWithoutDate, "ETATDOSRSA=\"2\"", "ETATDOSRSA=\"5\""),
      (.idDuplicated, "G0001235", "G0001234"), (.sameNIR, "1830207186011", "2850707186042"),
      (.requestMissing, "NUMDEMRSA=\"20260007123\"", ""),
      (.dateUnreadable, "DTCLORSA=\"\"", "DTCLORSA=\"hier\""),
      (.tooLong, "NUMDEMRSA=\"20260007123\"", "NUMDEMRSA=\"202600071234\""),
    ])
  func shared(code: Code, target: String, replacement: String) throws {
    for found in try problems(target, replacement) {
      #expect(found.contains { $0.code == code && $0.severity == .quarantine })
    }
  }

  @Test("is not what only deserves a warning")
  func warnings() throws {
    let outside = try problems("CODEPOS=\"07000\"", "CODEPOS=\"26000\"")
    #expect(outside.map { $0.map(\.code) } == [[.postcodeOutside], [.postcodeOutside]])
    #expect(outside[0][0].severity == .warning)
    let minor = try problems("DDSITFAM=\"2024-06-01\"", "DDSITFAM=\"?\"")
    #expect(minor[0].map(\.severity) == [.warning])
    let second = "<Referent IDREF=\"R2\" DDDESIGNATION=\"2026-01-01\"/><Midem"
    let referents = try problems("<Midem", second)
    #expect(referents[0].map(\.code) == [.twoReferents])
  }

  @Test("is nothing in the values that management software writes for an absence")
  func absences() throws {
    let found = try problems("DTDEMRSA=\"2025-11-03\"", "DTDEMRSA=\"0001-01-01\"")
    #expect(found.allSatisfy { $0.isEmpty })
  }

  @Test("spares the month of a birth whose month is unknown, and provisional numbers")
  func leniency() throws {
    #expect(try problems("DTNAI=\"1985-07-14\"", "TYPEDTNAI=\"O\" DTNAI=\"1985-01-01\"")[0].isEmpty)
    #expect(try problems("285070718604227", "8850707186042")[0].isEmpty)
  }

  @Test("includes a CSV line with other columns than the header's")
  func columns() throws {
    let lines = FeedSamples.csvLines.replacing(";R0456;2025-12-10;AMESUD;\n", with: ";R0456;2025-12-10;AMESUD\n")
    let reading = try FeedSamples.read(FeedSamples.csv(lines))
    #expect(reading.persons.map(\.isQuarantined) == [false, true, true])
    #expect(reading.persons[1].problems.map(\.code) == [.columns])
  }

  @Test("cuts what is too long and cleans what Postgres or a list would not bear")
  func cleaning() throws {
    let long = try FeedSamples.read(
      FeedSamples.xml(FeedSamples.couple.replacing("\"LEA\"", with: "\"\(String(repeating: "E", count: 60))\"")))
    #expect(long.persons[0].prenom?.count == 50)
    let line = FeedSamples.csvLines.replacing(";LEA;", with: ";\" LE\u{1}\n\u{0}A\";")
    #expect(try FeedSamples.read(FeedSamples.csv(line)).persons[0].prenom == "LE A")
  }
}
