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
      ("+33 6 92 12 34 56", "+262692123456"), ("+33690123456", "+590690123456"), ("+262 263 12 34 56", "+262263123456"),
      ("\u{202A}+262 (0)6 92 12 34 56\u{202C}", "+262692123456"), ("00 33 (0)6 12 34 56 78", "+33612345678"),
      ("0709 01 23 45", "+590709012345"), ("0709 12 34 56", "+596709123456"), ("0709 21 23 45", "+262709212345"),
      ("0709 31 23 45", "+594709312345"), ("0709 35 23 45", "+262709352345"), ("0709 40 23 45", "+33709402345"),
      ("\u{FEFF}06\u{202F}12\u{2011}34 56\u{200B}78", "+33612345678"), ("0598 71 23 45", "+590598712345"),
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
      "", "06123456", "061234567890", "+4915112345678", "0012345678", "+596690123456", "06 12 34 56 7x", "06+12345678",
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
