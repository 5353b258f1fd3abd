import Foundation
import Testing

@testable import Portal

private let portal = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../Services/Portal").standardizedFileURL

private let frame = Frame(
  title: "Essai", areas: Area.allCases, current: .today, unread: 2,
  account: AccountMenu(name: "DURAND Patricia", profile: "Référente"), csrf: "preuve")

private let dossierPage = DossierPage(
  frame,
  band: PersonBand(
    name: "MARTIN Léa", detail: "41 ans · Privas", address: "/d", state: Badge("Entrée", .done),
    facts: [BandFact("Droit", "Ouvert et versable")], warning: "Suivi par délégation"),
  navigation: Navigation("Dossier", [NavigationGroup("Données", links: [Link("Notes", "/n", count: 1)])]),
  actions: ActionColumn([ActionGroup("Foyer", people: [PersonChip("MARTIN Hugo")])]),
  head: PageHead("Résumé", lead: "Depuis 2025", back: Link("Liste", "/l")), body: [Paragraph("Texte")])

/// The sources of the portal, where all its markup stands.
private func sources() throws -> [(name: String, text: String)] {
  try FileManager.default.subpathsOfDirectory(atPath: portal.path).filter { $0.hasSuffix(".swift") }
    .map { ($0, try String(contentsOf: portal.appending(path: $0), encoding: .utf8)) }
}

@Suite("The pieces of the portal")
struct PiecesTests {
  @Test("every piece draws something, in the spaces of French", arguments: onePieceOfEach.indices)
  func drawn(_ index: Int) {
    let html = onePieceOfEach[index].html(in: frame).description
    #expect(html.contains("<"))
    #expect(!html.contains("Optional("))
    let text = html.replacing(/<textarea.*?<\/textarea>/, with: "").replacing(/<[^>]*>/, with: "|")
    #expect(!text.contains(#/ [:;?!»]|« /#), "\(text)")
  }

  @Test("no page carries a style, a script or a handler of its own")
  func harmless() throws {
    for (name, text) in try sources() {
      for forbidden in [" style=", " onclick=", " onchange=", "<style", "javascript:", "<script>"] {
        #expect(!text.contains(forbidden), "\(name) contains \(forbidden)")
      }
    }
  }

  @Test("every icon that is named is drawn")
  func icons() throws {
    let sprite = try String(contentsOf: portal.appending(path: "Assets/icons.svg"), encoding: .utf8)
    let drawn = Set(sprite.matches(of: /<symbol id="([a-z-]+)"/).map { String($0.output.1) })
    let named = Set(Icon.allCases.map(\.rawValue))
    #expect(drawn.subtracting(["jalons"]) == named)
    for (name, text) in try sources() {
      for use in text.matches(of: /icons\.svg#([a-z-]+)/) {
        #expect(drawn.contains(String(use.output.1)), "\(name) uses \(use.output.1)")
      }
    }
  }

  @Test("what a person typed is escaped wherever it is drawn")
  func escaping() {
    let hostile = "<img src=x onerror=alert(1)>\"'&"
    let written: [HTML] = [
      "<p>\(hostile)</p>", "<p>\(hostile as String?)</p>", "<a href=\"/\(hostile)\">",
      "<a\(attribute: "href", hostile)>",
      "<textarea>\(verbatim: hostile)</textarea>", "\(hostile, linkedTo: hostile)", "\(small: hostile)",
      "\(hidden: [HiddenValue(hostile, hostile)])", "\(each: [hostile], { "<li>\($0)</li>" })",
      Paragraph(hostile).html(in: frame), Field.text("nom", hostile, value: hostile).html(in: frame),
      Field.select("nom", hostile, [Choice(hostile, hostile)]).html(in: frame), Toast(hostile).html(in: frame),
      Action(hostile, "/\(hostile)").html(in: frame), Badge(hostile).html(in: frame),
    ]
    for html in written {
      #expect(!html.description.contains("<img"))
      #expect(html.description.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"))
    }
  }

  @Test("a dossier's page says who it is about, before its one title")
  func band() throws {
    let html = dossierPage.html.description
    let band = try #require(html.range(of: "class=\"person-band\""))
    let title = try #require(html.range(of: "<h1>Résumé</h1>"))
    #expect(band.lowerBound < title.lowerBound)
    #expect(html.components(separatedBy: "<h1").count == 2)
    #expect(html.contains("<title>Essai · Jalons</title>"))
  }

  @Test("every form of a page sends back the proof that it came from us")
  func proof() {
    let form = Form(address: "/notes", groups: [FieldGroup(fields: [.area("texte", "Texte")])], submit: "Ajouter")
    let html = StandardPage(frame, head: PageHead("Note"), body: [form]).html.description
    let posts = html.components(separatedBy: "method=\"post\"").count - 1
    #expect(posts == html.components(separatedBy: "name=\"csrf\" value=\"preuve\"").count - 1)
    #expect(posts >= 2)
  }
}

@Suite("What pieces compute")
struct PieceRulesTests {
  @Test("a form gathers its faults, each leading to its field")
  func faults() {
    let wrong = Field.date("fin", "Fin", value: "12/03/2026", .init(error: "La fin précède le début."))
    let form = Form(address: "#", groups: [FieldGroup(fields: [wrong, .text("nom", "Nom")])], submit: "Enregistrer")
    #expect(form.errors?.faults.map(\.address) == ["#champ-fin"])
    #expect(form.errors?.title == "Un point est à corriger")
    #expect(Form(address: "#", groups: [], submit: "Enregistrer").errors == nil)
  }

  @Test("the first answer of a question takes the field's id, so that its fault leads there")
  func firstAnswer() {
    let field = Field.radios("accord", "Accord", [Choice("oui", "Oui"), Choice("non", "Non")])
    #expect(field.choices.map(\.id) == ["champ-accord", "champ-accord-2"])
    #expect(field.choices.allSatisfy { $0.name == "accord" })
  }

  @Test("an empty table offers no selection and no pager")
  func emptyTable() {
    let table = Table(
      caption: "Liste", columns: [Column("Nom")], rows: [], selection: Selection("dossier", []),
      empty: EmptyState("Personne", "Élargissez."), pager: Pager(next: "#"))
    #expect(table.isEmpty && !table.isSelectable && table.pager == nil)
  }

  @Test("spans that overlap take rows of their own, and what is outside is left out")
  func timelineRows() {
    func day(_ number: Double) -> Date { Date(timeIntervalSince1970: number * 86_400) }
    let strip = TimelineStrip(
      [
        TimelineEvent("A", from: day(0), to: day(50), when: ""),
        TimelineEvent("B", from: day(20), to: day(30), when: ""),
        TimelineEvent("C", from: day(60), to: day(150), when: ""),
        TimelineEvent("D", from: day(-20), to: day(-10), when: ""),
        TimelineEvent("E", from: day(40), when: ""), TimelineEvent("F", from: day(140), when: ""),
      ], from: day(0), to: day(100), today: day(25))
    #expect(strip.spans.map(\.text) == ["A", "B", "C"])
    #expect(strip.spans.map(\.y) == [4, 26, 4])
    #expect(strip.spans.map(\.width) == ["50.0%", "10.0%", "40.0%"])
    #expect(strip.moments.map(\.text) == ["E"])
    #expect(strip.today == "25.0%")
    #expect(strip.entries.count == 6)
  }

  @Test("what holds from one day to another is a band over the spans, and each thing is said and linked")
  func timelineBands() {
    func day(_ number: Double) -> Date { Date(timeIntervalSince1970: number * 86_400) }
    let strip = TimelineStrip(
      [
        TimelineEvent("Droit ouvert", from: day(0), to: day(60), when: "du 1 au 60", address: "/droit", isBand: true),
        TimelineEvent("A", from: day(0), to: day(50), when: "", address: "/a"),
        TimelineEvent("B", from: day(20), to: day(30), when: ""),
        TimelineEvent("C", from: day(21), to: day(31), when: ""),
      ], from: day(0), to: day(100), today: day(50), rows: 2)
    #expect(strip.bands.map(\.width) == ["60.0%"] && strip.bands.map(\.told) == ["Droit ouvert, du 1 au 60"])
    #expect(strip.spans.map(\.y) == [26, 48, 48])
    // On its own page a table stands for the list.
    #expect(strip.more == nil && strip.today == "50.0%")
  }

  @Test("an appointment stands at its quarter, and does not leave the grid")
  func weekPlaces() throws {
    let grid = WeekGrid(
      "Semaine", previous: "#", current: "#", next: "#", firstHour: 8, lastHour: 18,
      days: [
        WeekDay(
          "lundi", address: "#",
          appointments: [
            GridAppointment(minute: 570, duration: 50, time: "9 h 30", title: "A", address: "#"),
            GridAppointment(minute: 1050, duration: 90, time: "17 h 30", title: "B", address: "#"),
          ])
      ])
    let day = try #require(grid.days.first)
    #expect(day.appointments.map(\.start) == [7, 39])
    #expect(day.appointments.map(\.length) == [4, 2])
  }

  @Test("appointments of the same time stand beside each other, each to be read, and the next one has the width again")
  func lanes() throws {
    func appointment(_ minute: Int, _ duration: Int = 60) -> GridAppointment {
      GridAppointment(minute: minute, duration: duration, time: "", title: "", address: "#")
    }
    let grid = WeekGrid(
      "Semaine", previous: "#", current: "#", next: "#", firstHour: 8, lastHour: 18,
      days: [
        WeekDay(
          "lundi", address: "#",
          appointments: [
            appointment(540), appointment(540), appointment(540, 30), appointment(570, 30), appointment(540),
            appointment(660),
          ])
      ])
    let placed = try #require(grid.days.first).appointments
    // The fourth takes the place that the third leaves.
    #expect(placed.map(\.lanes) == [4, 4, 4, 4, 4, 1])
    #expect(placed.map(\.lane) == [1, 2, 3, 4, 4, 1])
    #expect(Set(placed.prefix(3).map(\.lane)).count == 3)
  }

  @Test("a chart's scale is round and holds its largest figure")
  func scale() {
    let chart = Chart(columns: [ChartFigure("mars", 171, shown: "171")], title: "", unit: "", labelTitle: "")
    #expect(chart.rules.map(\.text) == ["0", "50", "100", "150", "200"])
    let empty = Chart(columns: [], title: "", unit: "", labelTitle: "")
    #expect(empty.rules.map(\.text) == ["0", "1", "2", "3", "4"])
  }
}
