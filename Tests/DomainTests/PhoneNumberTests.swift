import Domain
import Testing

@Suite("A telephone number")
struct PhoneNumberTests {
  @Test(
    "is read as people and the CNAF write it",
    arguments: [
      ("0612345678", "+33612345678"), ("06 12.34-56/78", "+33612345678"), ("698943255", "+33698943255"),
      ("+33 6 12 34 56 78", "+33612345678"), ("0033612345678", "+33612345678"),
      ("+33 (0)6 12 34 56 78", "+33612345678"), ("0475646464", "+33475646464"), ("0690123456", "+590690123456"),
      ("0594301234", "+594594301234"), ("0696123456", "+596696123456"), ("0692123456", "+262692123456"),
      ("0639123456", "+262639123456"), ("0639981234", "+33639981234"), ("+590690123456", "+590690123456"),
      ("06\u{A0}12\u{A0}34\u{A0}56\u{A0}78", "+33612345678"),
    ])
  func reading(text: String, international: String) throws {
    let number = try #require(PhoneNumber(text))
    #expect(number.e164 == international)
    #expect(PhoneNumber(number.e164) == number)
  }

  @Test(
    "is refused when foreign, short, long or not a number",
    arguments: [
      "", "06123456", "061234567890", "+4915112345678", "+33690123456", "0012345678", "06 12 34 56 7x", "06+12345678",
      "+590612345678", "000000000",
    ])
  func refusals(text: String) { #expect(PhoneNumber(text) == nil) }

  @Test("is a mobile when it starts with 06 or 07, overseas too")
  func mobiles() throws {
    #expect(try #require(PhoneNumber("0712345678")).isMobile)
    #expect(try #require(PhoneNumber("0690123456")).isMobile)
    #expect(try !#require(PhoneNumber("0475646464")).isMobile)
  }

  @Test("is shown in pairs, and printed hidden")
  func display() throws {
    let number = try #require(PhoneNumber("612345678"))
    #expect(number.display == "06 12 34 56 78")
    #expect("\(number)" == "•• •• •• •• 78")
    #expect(PhoneNumber.shown("0475660102") == "04 75 66 01 02" && PhoneNumber.shown(nil) == nil)
    #expect(PhoneNumber.shown("+32 2 555 12 12") == "+32 2 555 12 12")
  }
}
