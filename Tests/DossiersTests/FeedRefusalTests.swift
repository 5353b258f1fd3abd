import Testing

@testable import Dossiers

@Suite("What refuses a whole feed")
struct FeedRefusalTests {
  private func refusal(
    _ bytes: [UInt8], limits: FeedLimits = FeedLimits(), department: String = "07"
  ) -> FeedRefusal? {
    do {
      _ = try FeedSamples.read(bytes, department: department, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  private func refusal(_ text: String) -> FeedRefusal? { refusal(Array(text.utf8)) }

  private var xml: String { String(decoding: FeedSamples.xml(), as: UTF8.self) }
  private var csv: String { String(decoding: FeedSamples.csv(), as: UTF8.self) }

  @Test("is emptiness")
  func empty() {
    #expect(refusal("") == .empty)
    #expect(refusal("\n  \n") == .empty)
    #expect(refusal(FeedSamples.gzip([])) == .empty)
  }

  @Test("is what is neither XML nor CSV, or is not well formed")
  func notXML() {
    #expect(refusal("%PDF-1.7 rien") == .notXML(line: nil))
    #expect(refusal("ab") == .notXML(line: nil))
    #expect(refusal(xml.replacing("</Personne>", with: "</Person>")) != nil)
    #expect(refusal(xml.replacing("SEXE=\"2\"", with: "SEXE=2")) == .notXML(line: 13))
    #expect(refusal(xml.replacing("LEA", with: "L\u{1}A")) == .notXML(line: 12))
    #expect(refusal(xml + "<Autre/>") != nil)
  }

  @Test("is a file cut short, wherever it is cut")
  func truncated() {
    let bytes = FeedSamples.xml()
    for end in stride(from: 400, to: bytes.count - 20, by: 37) {
      #expect(refusal(Array(bytes[..<end])) == .truncated, "cut at \(end)")
    }
    #expect(refusal(xml.replacing("<TransmissionFlux", with: "<Autre")) == .truncated)
    #expect(refusal(FeedSamples.csv(trailer: "")) == .truncated)
    let packed = FeedSamples.gzip(bytes)
    #expect(refusal(Array(packed.dropLast(5))) == .truncated)
    #expect(refusal(csv.replacing(";\nS\";x", with: ";\nS;x")) == .quoteOpen(line: 4))
  }

  @Test("is a total that differs from what is there")
  func trailer() {
    let expected = FeedTrailer(households: 2, persons: 3)
    #expect(
      refusal(FeedSamples.xml(count: 2)) == .trailerMismatch(expected: expected, households: 1, persons: 3))
    let wrong = csv.replacing("NBPERSTRANSM=4", with: "NBPERSTRANSM=5")
    #expect(
      refusal(wrong)
        == .trailerMismatch(expected: FeedTrailer(households: 2, persons: 5), households: 2, persons: 4))
    let unreadable = csv.replacing("NBPERSTRANSM=4", with: "NBPERSTRANSM=x")
    #expect(refusal(unreadable) == .trailerUnreadable(field: "NBPERSTRANSM"))
    #expect(refusal(csv + "20260007125;2\n") == .dataAfterTrailer(line: 10))
  }

  @Test("is an encoding that cannot be told")
  func encoding() {
    let latin = Array(FeedSamples.xml().split(separator: [0xC3, 0x89]).joined(separator: [0xC9]))
    guard case .wrongEncoding = refusal(latin) else {
      Issue.record("\(String(describing: refusal(latin)))")
      return
    }
    #expect(refusal([0xFF, 0xFE, 0x3C, 0x00]) == .wrongEncoding(found: "UTF-16", line: nil))
    #expect(refusal([0x3C, 0x00, 0x3F, 0x00]) == .wrongEncoding(found: "UTF-16", line: nil))
    let mixed = FeedSamples.csv(FeedSamples.csvLines + "20260007125;2;É")
    let glued = Array(mixed.dropLast()) + [0xC9, 0x0A]
    guard case .wrongEncoding(_, .some) = refusal(glued) else {
      Issue.record("\(String(describing: refusal(glued)))")
      return
    }
    let exotic = xml.replacing("UTF-8", with: "UTF-7")
    guard case .wrongEncoding = refusal(exotic) else {
      Issue.record("\(String(describing: refusal(exotic)))")
      return
    }
  }

  @Test("is a DOCTYPE, an entity, or a reference to one")
  func entities() {
    let bomb = "<!DOCTYPE FluxGenesis [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<FluxGenesis>"
    #expect(refusal(xml.replacing("<FluxGenesis>", with: bomb)) == .entityDeclared)
    let external = "<!DOCTYPE FluxGenesis SYSTEM \"file:///etc/passwd\">\n<FluxGenesis>"
    #expect(refusal(xml.replacing("<FluxGenesis>", with: external)) == .entityDeclared)
    #expect(refusal(xml.replacing("\"LEA\"", with: "\"&lea;\"")) == .entityDeclared)
    #expect(refusal(xml.replacing("\"LEA\"", with: "\"L&amp;A\"")) == nil)
  }

  @Test("is nesting or lengths that no Genesis has")
  func bounds() {
    let nested = String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20)
    #expect(refusal(FeedSamples.xml(nested, count: 0, persons: 0)) == .tooDeep(line: 5))
    let value = String(repeating: "A", count: 70_000)
    guard case .tooLarge = refusal(xml.replacing("\"LEA\"", with: "\"\(value)\"")) else {
      Issue.record("a long attribute passed")
      return
    }
    let endless = "<?xml version=\"1.0\"?><FluxGenesis><Foyer NOM=\"" + String(repeating: "A", count: 3_000_000)
    guard case .tooLarge = refusal(endless) else {
      Issue.record("an endless tag passed")
      return
    }
    let quote = FeedSamples.csvHeader + "\"" + String(repeating: "A", count: 2_000_000)
    guard case .quoteOpen = refusal(quote) else {
      Issue.record("an endless quote passed")
      return
    }
    let crowd = "<Foyer>" + String(repeating: "<Personne ROLEPERS=\"ENF\"/>", count: 101) + "</Foyer>"
    guard case .tooLarge = refusal(FeedSamples.xml(crowd, persons: 101)) else {
      Issue.record("a household of a hundred and one passed")
      return
    }
  }

  @Test("is an identification that is missing, unknown or somebody else's")
  func header() {
    #expect(refusal(FeedSamples.xml(header: "")) == .headerMissing(field: "IdentificationFlux"))
    #expect(refusal("<html><body/></html>") == .headerMissing(field: "FluxGenesis"))
    #expect(refusal(xml.replacing("VERSIONFLUX=\"1\"", with: "VERSIONFLUX=\"2\"")) == .unsupportedVersion("2"))
    #expect(refusal(xml.replacing("2026-03-11", with: "2026-02-30")) == .headerMissing(field: "DTREF"))
    #expect(refusal(xml.replacing("NATFLUX=\"S\"", with: "NATFLUX=\"?\"")) == .headerMissing(field: "NATFLUX"))
    #expect(refusal(FeedSamples.xml(), department: "26") == .otherDepartment(found: "07", expected: "26"))
    #expect(refusal(csv.replacing("#GENESIS", with: "#AUTRE")) == .headerMissing(field: "#GENESIS"))
    #expect(refusal(csv.replacing("IDREF;", with: "REF;")) == .columnsMissing(["IDREF"]))
  }

  @Test("is a packed file that unpacks without end, or is damaged")
  func gzip() {
    var limits = FeedLimits()
    limits.ratioFloor = 1024 * 1024
    let zeros = FeedSamples.gzip(Array("<FluxGenesis>".utf8) + [UInt8](repeating: 0x20, count: 8_000_000))
    #expect(refusal(zeros, limits: limits) == .gzipBomb)
    limits = FeedLimits()
    limits.unpackedBytes = 1000
    #expect(refusal(FeedSamples.xml(), limits: limits) == .gzipBomb)
    var damaged = FeedSamples.gzip(FeedSamples.xml())
    damaged[damaged.count - 6] ^= 0xFF
    #expect(refusal(damaged) == .gzipDamaged)
    #expect(refusal(FeedSamples.gzip(FeedSamples.xml()) + [1, 2, 3]) == .gzipDamaged)
  }

  @Test("says in French what to do, without repeating itself")
  func messages() {
    let all: [FeedRefusal] = [
      .empty, .notXML(line: 3), .truncated,
      .trailerMismatch(expected: FeedTrailer(households: 2, persons: 3), households: 1, persons: 3),
      .trailerUnreadable(field: "X"), .wrongEncoding(found: "UTF-16", line: nil), .entityDeclared, .tooDeep(line: 1),
      .tooLarge(line: 1), .headerMissing(field: "X"), .columnsMissing(["X"]), .unsupportedVersion("2"),
      .otherDepartment(found: "26", expected: "07"), .gzipBomb, .gzipDamaged, .quoteOpen(line: 2),
      .dataAfterTrailer(line: 4),
    ]
    #expect(Set(all.map(\.slug)).count == all.count)
    #expect(Set(all.map(\.message)).count == all.count)
    #expect(all.allSatisfy { $0.message.hasSuffix(".") && $0.message.count > 60 })
  }
}
