import API
import Domain
import Foundation
import Service

/// The sheet of a day: printed to be signed, then typed from what was signed.
func addSheetPages(to pages: Pages) {
  pages.form(
    "offres/{offer}/emargement", rights: [.attendance, .registerOnOffers], reading: [.readDossiers],
    AttendanceSheetForm.self)
  pages.get("offres/{offer}/emargement/feuille", rights: [.readDossiers]) { visit in
    let form = try await AttendanceSheetForm.load(visit)
    return form.printed
  }
}

/// Who is expected on a day, and the presence of each, morning and afternoon.
struct AttendanceSheetForm: DraftForm {
  let visit: Visit
  let offer: Offer
  let day: CalendarDate
  let session: ID<OfferSession>?
  let steps: [OfferStep]

  static func load(_ visit: Visit) async throws -> AttendanceSheetForm {
    let id = try visit.id("offer", of: Offer.self)
    let day =
      (visit.query["jour"] ?? visit.form["jour"]).flatMap { FrenchDate.read($0, today: visit.today) } ?? visit.today
    let session: ID<OfferSession>? = visit.query.id("session") ?? visit.form.id("session")
    async let showing = visit.services.call(FSEAPI.showOffer, ["offer": id])
    async let listing = visit.services.call(
      FSEAPI.listOfferSteps, ["offer": id], OfferStepQuery(kind: .step, session: session, day: day, limit: 200))
    let (offer, steps) = try await (showing, listing.items)
    return AttendanceSheetForm(
      visit: visit, offer: offer, day: day, session: session,
      steps: steps.sorted { French.isBefore($0.name, $1.name) })
  }

  struct Draft: Sendable {
    /// Minutes by step.
    var morning: [ID<Step>: FrenchHours] = [:]
    var afternoon: [ID<Step>: FrenchHours] = [:]

    subscript(morning step: ID<Step>) -> FrenchHours? {
      get { morning[step] }
      set { morning[step] = newValue }
    }

    subscript(afternoon step: ID<Step>) -> FrenchHours? {
      get { afternoon[step] }
      set { afternoon[step] = newValue }
    }
  }

  var groups: [QuestionGroup<Draft>] {
    steps.map { step in
      QuestionGroup(
        step.name, isPaired: true,
        .hours("matin.\(step.step)", \.[morning: step.step], "Matin").quiet(),
        .hours("apres-midi.\(step.step)", \.[afternoon: step.step], "Après-midi").quiet())
    }
  }

  var draft: Draft {
    var draft = Draft()
    for step in steps {
      draft[morning: step.step] = step.morning.map { FrenchHours(minutes: $0) }
      draft[afternoon: step.step] = step.afternoon.map { FrenchHours(minutes: $0) }
    }
    return draft
  }

  var version: Int? { nil }

  private var address: String { "/offres/\(offer.id)/emargement" }

  private func address(_ part: String = "") -> String {
    Address("\(address)\(part)", ["jour": French.short(day), "session": session?.description]).text
  }

  var sending: Sending {
    Sending("emargement", "Enregistrer les présences", cancel: "/offres/\(offer.id)", to: address())
  }

  private var bar: FilterBar {
    var fields: [Field] = [.date("jour", "Jour", value: French.short(day), .optional)]
    if !offer.sessions.isEmpty {
      let choices = offer.sessions.compactMap { session in
        session.id.map { Choice($0.description, session.name, isChosen: $0 == self.session) }
      }
      fields.append(.select("session", "Session", [Choice("", "Toutes")] + choices, .optional))
    }
    return FilterBar(address: address, fields: fields)
  }

  private var head: PageHead {
    let sheet = Action("Feuille à imprimer", address("/feuille"), icon: .print)
    return PageHead(
      "Émargement", lead: "\(offer.name), \(French.full(day))", back: Link(offer.name, "/offres/\(offer.id)"),
      actions: steps.isEmpty ? [] : [sheet])
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    guard !steps.isEmpty else {
      let empty = EmptyState(
        "Personne n’est attendu ce jour-là", "Choisissez un autre jour, ou inscrivez d’abord les personnes.",
        icon: .users)
      return visit.page(head, .offers, [bar, empty])
    }
    let mayType = visit.person.may(anyOf: [.attendance, .registerOnOffers])
    let shown: any Piece = mayType ? form : table(signed: false)
    return visit.page(head, .offers, [bar] + notices + [shown])
  }

  /// The sheet as it is signed.
  var printed: PageAnswer {
    let head = PageHead(
      "Feuille d’émargement", lead: "\(offer.name), \(French.full(day))", back: Link("Émargement", address()))
    return visit.page(head, .offers, [PrintButton("Imprimer la feuille"), table(signed: true)])
  }

  private func table(signed: Bool) -> Table {
    let rows = steps.map { step in
      Row(
        id: step.step.description, name: step.name,
        [
          Cell(step.name), Cell(signed ? " " : step.morning.map(French.hours) ?? "—"),
          Cell(signed ? " " : step.afternoon.map(French.hours) ?? "—"),
        ])
    }
    return Table(
      id: "feuille", caption: "Personnes attendues",
      columns: [
        Column("Personne"), Column(signed ? "Signature du matin" : "Matin"),
        Column(signed ? "Signature de l’après-midi" : "Après-midi"),
      ], rows: rows, count: French.count(rows.count, "personne attendue", "personnes attendues"),
      empty: EmptyState("Personne n’est attendu ce jour-là", "Choisissez un autre jour."))
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] { [] }

  /// Each person's half-days are a change of that person's step: what is refused of one is said, and keeps no other.
  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let before = self.draft
    var refused: [String] = []
    var count = 0
    for step in steps {
      let entries = HalfDay.allCases.compactMap { half -> AttendanceEntry? in
        let (old, new) =
          half == .morning
          ? (before[morning: step.step], draft[morning: step.step])
          : (before[afternoon: step.step], draft[afternoon: step.step])
        return old == new ? nil : AttendanceEntry(onDay: day, half: half, minutes: new?.minutes)
      }
      guard !entries.isEmpty else { continue }
      do {
        _ = try await visit.services.call(
          FSEAPI.saveAttendance, ["step": step.step], AttendanceDraft(entries: entries))
        count += 1
      } catch let problem as Problem where problem.status < 500 {
        refused.append("\(step.name) : \(problem.faults?.first?.message ?? problem.title)")
      }
    }
    guard refused.isEmpty else {
      throw Problem.conflict(
        "presences-refusees", "Certaines présences ne sont pas enregistrées.",
        detail: refused.joined(separator: " · "))
    }
    return .see(
      address(), saying: "\(French.count(count, "présence enregistrée", "présences enregistrées")).")
  }
}
