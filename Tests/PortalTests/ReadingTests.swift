import API
import Domain
import Foundation
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
      ("Aujourd’hui", "2026-03-12"),
    ])
  func dates(_ text: String, _ expected: String) {
    #expect(FrenchDate.read(text, today: today)?.description == expected)
  }

  @Test(
    "what is not a day is not read",
    arguments: ["30/2", "32/1", "mars", "12 brumaire", "", "+j", "12/13", "n'importe"])
  func noDates(_ text: String) {
    #expect(FrenchDate.read(text, today: today) == nil)
  }

  @Test("a form keeps its order, its repetitions and its accents")
  func form() {
    let form = FormAnswers(encoded: "a=1&b=%C3%A9t%C3%A9+%2B&a=2&vide=&seul")
    #expect(form.all("a") == ["1", "2"])
    #expect(form["b"] == "été +")
    #expect(form["vide"] == nil && form["seul"] == nil && form["absent"] == nil)
  }

  @Test("a multipart form cut anywhere is refused, never misread")
  func multipart() throws {
    let whole = Data(
      "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nun\r\ndeux\r\n--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../x.pdf\"\r\n\r\n--Y?\r\n--X--\r\n"
        .utf8)
    let form = try #require(Multipart.read(whole, boundary: "X"))
    #expect(form["a"] == "un\r\ndeux")
    #expect(form.file("f")?.name == "x.pdf")
    #expect(form.file("f")?.bytes == Data("--Y?".utf8))
    // Its last four bytes say nothing more than that the end was seen.
    for length in 0..<(whole.count - 4) {
      #expect(Multipart.read(Data(whole.prefix(length)), boundary: "X") == nil, "cut at \(length)")
    }
    #expect(Multipart.boundary(of: "multipart/form-data; boundary=\"a b\"") == "a b")
    #expect(Multipart.boundary(of: "text/plain; boundary=x") == nil)
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
