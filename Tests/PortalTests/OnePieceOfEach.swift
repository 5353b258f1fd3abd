import Domain
import Foundation

@testable import Portal

private let action = Action("Voir", "/voir", icon: .eye)
private let empty = EmptyState("Rien", "Rien encore.", actions: [action])
private let appointment = GridAppointment(
  minute: 540, duration: 60, time: "9 h 00", title: "MARTIN Léa", detail: "Privas", address: "/r", state: "prévu")
private let confirmation = Confirmation(
  id: "clore", title: "Clore ?", consequences: ["La note quitte l'accueil."], reassurance: "Réversible.",
  address: "/c", label: "Clore", fields: [.area("motif", "Motif")], back: "/")
private let moment = Date(timeIntervalSince1970: 0)

/// Every piece with every optional given, so that tests see each property.
let onePieceOfEach: [any Piece] = [
  Badge("Entrée", .done, icon: .check), PersonChip("MARTIN Léa", detail: "41 ans", address: "/d"), action,
  Action("Clore", "/c", posts: true, values: [HiddenValue("version", "3")]),
  Action("Clore", "/c", confirmation: confirmation), Action("Sortir", "/s", refusal: "CER à l'étude"), confirmation,
  Toast("Fait", undo: action), Notice("Titre", "Texte", actions: [action]), Paragraph("Texte", isMuted: true),
  Panel("Titre", id: "p", count: 2, actions: [action], [Paragraph("Texte")]),
  SideBySide(left: [Paragraph("G")], right: [Paragraph("D")]),
  PrintButton("Imprimer"),
  Live("accueil", address: "/", [Paragraph("Texte")]),
  Counters("À faire", [Counter(3, "notes", detail: "hier", address: "/n", live: "notes")]),
  Facts([
    Fact("Tél.", "06", address: "tel:06", badge: Badge("vérifié"), source: "P.", feedValue: "07", action: action)
  ]),
  Tabs("Vues", [Link("Tout", "/", icon: .list, count: 2, countLabel: "notes", isCurrent: true)]),
  CodeList(id: "c", "Codes", ["K7QF-3MZD-9A2B"], isKept: true),
  QRCode("x", label: "À scanner") as (any Piece)? ?? empty,
  SuggestedNames(["ROCHETTE Sophie"]),
  ProgressBar("Import", percent: 40, detail: "2 sur 5", poll: "/p"),
  ItemList(
    id: "notes", "Notes",
    [Item("Titre", address: "/n", text: "T", meta: "M", icon: .note, badges: [Badge("Privée")], actions: [action])],
    empty: empty),
  ItemList("Notes", [], empty: empty), empty, ProblemNotice.notFound(maySearch: true),
  ProblemNotice.forbidden(to: .referent),
  ProblemNotice.failure(reference: "A1"), Pager(first: "/", previous: "/1", next: "/3", summary: "lignes 26 à 50"),
  Table(
    caption: "Liste",
    columns: [Column("Nom", sort: "/t", order: .ascending), Column("Date", isNumber: true, isSecondary: true)],
    rows: [
      Row(id: "1", address: "/d", name: "MARTIN Léa", [Cell("MARTIN Léa", detail: "Privas"), Cell(Badge("Clos"))])
    ],
    count: "1", selection: Selection("dossier", [SubmitButton("Exporter", "/e")], whole: SubmitButton("Tous", "/t")),
    empty: empty,
    pager: Pager(next: "/2")),
  Table(caption: "Liste", columns: [], rows: [], empty: empty),
  FilterBar(
    address: "/l", fields: [.text("q", "Nom")], more: [.date("d", "Depuis")], active: [Link("Privas", "/l")],
    reset: "/l", save: Link("Garder", "/g"), live: "liste"),
  Form(
    address: "/f",
    groups: [
      FieldGroup("Titre", text: "Aide", fields: [.text("a", "A", .init(error: "Manque."))])
    ], values: [HiddenValue("version", "3")], submit: "Enregistrer", others: [SubmitButton("Brouillon", "/b")],
    cancel: Link("Annuler", "/"), isMultipart: true),
  Field.text(
    "a", "A", value: "x", unit: "€", maximumLength: 9, autocomplete: "name", suggestions: ["x"],
    strength: PasswordTerms(least: 12, own: ["DURAND Paul"]),
    .init(help: "H", error: "E", source: "S", isReadOnly: true, validation: "/v", condition: "b=oui")),
  Field.area("a", "A", value: "x", maximumLength: 9), Field.select("a", "A", [Choice("1", "Un", isChosen: true)]),
  Field.date("a", "A", value: "12/3"), Field.time("a", "A", value: "14h30"), Field.checkbox("a", "A", isChecked: true),
  Field.checkboxes("a", "A", [Choice("1", "Un", help: "H")], isInline: true),
  Field.radios("a", "A", [Choice("1", "Un")]),
  Field.file("a", "A", accept: ".pdf"),
  TimelineStrip(
    [
      TimelineEvent("CER", from: moment, to: moment + 9e6, when: "1970", detail: "D", address: "/c"),
      TimelineEvent("Entretien", from: moment + 1e6, when: "1970", shape: .ring),
    ], from: moment, to: moment + 3e7, today: moment + 2e7, more: "/p"),
  WeekGrid(
    "Semaine", previous: "/1", current: "/", next: "/2",
    days: [
      WeekDay(
        "lundi", address: "/j", isToday: true, note: "Férié", appointments: [appointment],
        slots: [FreeSlot(minute: 600, time: "10 h 00", label: "Prendre lundi à 10 h 00", address: "/p")])
    ]),
  WeekGrid("Jour", previous: "/1", current: "/", next: "/2", by: .days, days: []),
  MonthGrid(
    "mars 2026", previous: "/1", current: "/", next: "/2",
    weeks: [
      [
        MonthDay(
          "1", label: "dimanche 1er mars 2026", address: "/j", isToday: true, isOutside: true, note: "Férié",
          lines: ["14 h 30 MARTIN Léa"], count: "1 rendez-vous")
      ]
    ]),
  DayAgenda("Lundi", [appointment], empty: empty), DayAgenda("Lundi", [], empty: empty),
  Chart(bars: [ChartFigure("Privas", 3, shown: "3", address: "/p")], title: "T", unit: "u", labelTitle: "L"),
  Chart(
    columns: [ChartFigure("mars", 3, shown: "3")], title: "T", unit: "u", labelTitle: "L", line: [2],
    lineLabel: "but"),
  History([
    HistoryEntry("hier", who: "P. Durand", "Modifié", reason: "R", changes: [Change("Fin", from: "a", to: "b")])
  ]),
  PrintButton("Imprimer la feuille"),
  CopyValue(id: "lien", "Lien", "https://exemple.fr/i/abc", confirmation: "Copié"),
  Stages("CER", [Stage("Proposition", .past, detail: "hier"), Stage("Soumis", .current)]),
  FilePreview("a.pdf", detail: "PDF", kind: .pages, address: "/a", download: "/a", actions: [action]),
  ConflictChoice(
    "P. Durand a modifié la fiche.", address: "/f", values: [HiddenValue("version", "4")],
    differences: [Difference("tel", "Téléphone", mine: "06", theirs: "")], cancel: Link("Abandonner", "/")),
]
