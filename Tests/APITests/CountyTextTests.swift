import API
import Domain
import Testing

@Suite("Texts that leave the house") struct CountyTextTests {
  @Test("each comes with words that hold every field it needs and none that does not exist")
  func shipped() {
    for text in CountyText.allCases {
      let names = text.shipped.names
      let known = text.fields.map(\.name)
      #expect(names.allSatisfy(known.contains), "\(text)")
      for field in text.fields where field.isRequired { #expect(names.contains(field.name), "\(text) \(field.name)") }
      #expect((text.shipped.subject == nil) == (text.channel == .sms), "\(text)")
    }
  }

  @Test("what stands in brackets is left out where a field inside has no value; a value is never filled in itself")
  func filled() {
    let wording = TextWording(subject: "Le {jour}", body: "Le {jour}.[ Depuis le {fin}.] {lien} {inconnu}")
    let filled = wording.filled(["jour": "{fin}", "fin": ""])
    #expect(filled == TextWording(subject: "Le {fin}", body: "Le {fin}. {lien} {inconnu}"))
    #expect(wording.filled(["fin": "12 mars"]).body == "Le {jour}. Depuis le 12 mars. {lien} {inconnu}")
    #expect(TextWording(subject: nil, body: "a { b").filled(["b": "c"]).body == "a { b")
    #expect(wording.names == ["jour", "fin", "lien", "inconnu"])
  }
}
