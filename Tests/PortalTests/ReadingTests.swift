import API
import Domain
import Foundation
import NIOCore
import Service
import Testing

@testable import Portal

@Suite("What is read from forms and addresses")
struct ReadingTests {
  private let today = CalendarDate("2026-03-12") ?? CalendarDate(dayNumber: 0)

  @Test(
    "dates are read as people write them",
    arguments: [
      ("12/3", "2026-03-12"), ("12/03/2027", "2027-03-12"), ("1.4.26", "2026-04-01"), ("12 mars", "2026-03-12"),
      ("1er avril 2027", "2027-04-01"), ("3 août", "2026-08-03"), ("5 DÉC.", "2026-12-05"), ("+15j", "2026-03-27"),
      ("+2 semaines", "2026-03-26"), ("-1 mois", "2026-02-12"), ("demain", "2026-03-13"),
      ("2026-05-01", "2026-05-01"),
      ("Aujourd’hui", "2026-03-12"), ("jeudi 14 janvier 2027", "2027-01-14"), ("Jeudi 12\u{A0}mars", "2026-03-12"),
      ("dimanche 1er novembre 2026", "2026-11-01"), ("12/1", "2026-01-12"),
    ])
  func dates(_ text: String, _ expected: String) {
    #expect(FrenchDate.read(text, today: today)?.description == expected)
  }

  @Test(
    "what is not a day is not read",
    arguments: [
      "30/2", "32/1", "mars", "12 brumaire", "", "+j", "12/13", "n'importe", "vendredi 14 janvier 2027", "jeudi",
    ])
  func noDates(_ text: String) {
    #expect(FrenchDate.read(text, today: today) == nil)
  }

  @Test(
    "without a year, what is to come is the next such day",
    arguments: [
      ("12/3", "2026-03-12"), ("11/3", "2027-03-11"), ("12/1", "2027-01-12"), ("jeudi 14 janvier", "2027-01-14"),
      ("29/2", nil), ("11/3/2026", "2026-03-11"), ("31 décembre", "2026-12-31"),
    ] as [(String, String?)])
  func coming(_ text: String, _ expected: String?) {
    #expect(FrenchDate.read(text, today: today, leaning: .coming)?.description == expected)
  }

  @Test("a line break is one character, whatever wrote it")
  func lines() {
    let form = FormAnswers(encoded: "text=a%0D%0Ab%0Dc%0Ad%0Be%0Cf%E2%80%A8g%0D%0A%0D%0Ah")
    #expect(form["text"] == "a\nb\nc\nd\ne\nf\ng\n\nh")
    let long = String(repeating: "ligne de compte rendu%0D%0A", count: 200)
    #expect(FormAnswers(encoded: "text=\(long.replacing(" ", with: "+"))").exact("text")?.unicodeScalars.count == 4400)
  }

  @Test("a form keeps its order, its repetitions and its accents")
  func form() {
    let form = FormAnswers(encoded: "a=1&b=%C3%A9t%C3%A9+%2B&a=2&vide=&seul")
    #expect(form.all("a") == ["1", "2"])
    #expect(form["b"] == "été +")
    #expect(form["vide"] == nil && form["seul"] == nil && form["absent"] == nil)
  }

  /// What a form says that comes in parts of so many bytes.
  private static func read(_ whole: Data, parts: Int, limit: Int = 1 << 20) async throws -> Portal.FormAnswers {
    let body = AsyncStream<ByteBuffer> { stream in
      var rest = whole[...]
      while !rest.isEmpty {
        stream.yield(ByteBuffer(bytes: rest.prefix(parts)))
        rest = rest.dropFirst(parts)
      }
      stream.finish()
    }
    return try await Multipart.read(body, boundary: "X", limit: limit)
  }

  @Test(
    "a multipart form cut anywhere is refused, never misread, in whatever parts it comes", arguments: [1, 3, 7, 4096])
  func multipart(parts: Int) async throws {
    let whole = Data(
      "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nun\r\ndeux\r\n--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../x.pdf\"\r\n\r\n--Y?\r\n--X--\r\n"
        .utf8)
    let form = try await Self.read(whole, parts: parts)
    #expect(form["a"] == "un\ndeux")
    let file = try #require(form.file("f"))
    #expect(file.name == "x.pdf")
    #expect(try file.bytes == Data("--Y?".utf8))
    // Its last two bytes say nothing more than that the end was seen.
    for length in 0..<(whole.count - 2) {
      await #expect(throws: Multipart.Unreadable.self, "cut at \(length)") {
        try await Self.read(Data(whole.prefix(length)), parts: parts)
      }
    }
    await #expect(throws: Multipart.TooLong.self) { try await Self.read(whole, parts: parts, limit: whole.count - 1) }
    #expect(Multipart.boundary(of: "multipart/form-data; boundary=\"a b\"") == "a b")
    #expect(Multipart.boundary(of: "text/plain; boundary=x") == nil)
  }

  @Test("a file of a form is whole again, whatever line breaks and hyphens it holds")
  func largeFile() async throws {
    var bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    bytes += Data("\r\n--\r\n--Y\r\r\n-".utf8)
    let whole =
      Data("--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n".utf8) + bytes
      + Data("\r\n--X--\r\n".utf8)
    let file = try #require(try await Self.read(whole, parts: 65_536).file("f"))
    #expect(try file.bytes == bytes)
    var (read, parts) = (Data(), 0)
    for try await part in file.content {
      read.append(contentsOf: part.readableBytesView)
      parts += 1
    }
    #expect(read == bytes && parts == 3)
  }

  @Test("a name is shortened for the bar")
  func names() throws {
    let person = try #require(Person(token: try PortalUnderTest.token(.referent)))
    #expect(person.shortName == "P. Durand-Vasseur")
    #expect(person.givenName == "Patricia")
    #expect(Person(token: "a.b") == nil && Person(token: "a.!.c") == nil)
  }

  @Test("a fault of a field that the form does not have is told above it; another kind of problem is not its matter")
  func faults() throws {
    let faults = try FormFaults(.invalid([Fault("a", "x", "A."), Fault("z", "x", "Z.")]), fields: ["a"])
    #expect(faults["a"] == "A.")
    #expect(faults.general.map(\.title) == ["Z."])
    #expect(throws: Problem.self) { try FormFaults(.notFound(), fields: []) }
  }
}
