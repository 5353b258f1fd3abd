import API
import Domain
import Service

/// One delay: what it is, another value from a day on, and every value there was.
struct DelayForm: SettingForm {
  let visit: Visit
  let history: DelayHistory

  static let room = "Délais"

  static func load(_ visit: Visit) async throws -> DelayForm {
    guard let delay = CountyDelay(rawValue: visit.parameters["delay"] ?? "") else {
      throw Problem.notFound("Ce délai")
    }
    let history = try await visit.services.call(delay.service.delays.show, ["delay": delay.rawValue])
    return DelayForm(visit: visit, history: history)
  }

  struct Draft: Sendable {
    var value: Int
    var from: CalendarDate
  }

  private var delay: CountyDelay { history.name }

  var groups: [QuestionGroup<Draft>] {
    let delay = delay
    return [
      QuestionGroup(
        text: "La nouvelle valeur remplace ce qui était prévu à partir du même jour.", isPaired: !delay.isChoice,
        value.check { delay.range.contains($0.value) ? nil : delay.boundsText },
        .date("from", \.from, "À partir du", missing: "Indiquez le premier jour."))
    ]
  }

  private var value: Question<Draft> {
    guard case .choice(let words) = delay.unit else {
      return .number("value", \.value, "Valeur", unit: delay.unitName, most: 4, missing: delay.boundsText)
    }
    return .radios(
      "value", \.value, "Règle", words.enumerated().map { Choice(String($0), $1.capitalizedFirst) },
      missing: delay.boundsText)
  }

  var draft: Draft { Draft(value: history.value, from: visit.today) }
  var version: Int? { history.version }
  var sending: Sending { Sending("delai", "Enregistrer la valeur", cancel: delaysAddress) }
  var head: PageHead { PageHead(delay.label, lead: delay.effect, back: Link("Délais", delaysAddress)) }

  func body(_ form: any Piece) -> [any Piece] {
    var facts = [
      Fact("Aujourd’hui", delay.text(history.value)), Fact("Valeur d’origine", delay.text(delay.standard)),
    ]
    if !delay.isChoice {
      facts.append(Fact("Bornes", "de \(delay.range.lowerBound) à \(delay.text(delay.range.upperBound))"))
    }
    facts.append(Fact("Source", delay.source))
    return [
      Panel("Ce délai", [Facts(facts)]), Panel("Décider d’une autre valeur", [form]),
      Panel("Historique", id: "historique", [past(delay, history.periods, today: visit.today)]),
    ]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      delay.service.delays.change, ["delay": delay.rawValue], DelayDraft(value: draft.value, from: draft.from),
      version: version)
    let when = draft.from == visit.today ? "dès aujourd’hui" : "à partir du \(French.long(draft.from))"
    return .see(delay.address, saying: "\(delay.label) : \(delay.text(draft.value)), \(when).")
  }
}

extension CountyDelay {
  fileprivate var isChoice: Bool { if case .choice = unit { true } else { false } }

  fileprivate var unitName: String { unit == .hours ? "heures" : unit == .clock ? "h" : "jours" }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

private func past(_ delay: CountyDelay, _ periods: [DecidedPeriod], today: CalendarDate) -> Table {
  Table(
    id: "valeurs", caption: "Valeurs décidées",
    columns: [Column("Valeur"), Column("Période"), Column("Décidée par", isSecondary: true), Column("État")],
    rows: periods.enumerated().map { index, period in
      Row(
        id: String(index), name: delay.text(period.value),
        [
          Cell(delay.text(period.value)), Cell(period.words),
          Cell(period.accountName, detail: French.moment(period.decidedAt)), Cell(period.badge(today: today)),
        ])
    },
    empty: EmptyState(
      "Rien n’a encore été décidé", "La valeur d’origine s’applique : \(delay.text(delay.standard)).", icon: .history))
}

extension DecidedPeriod {
  /// When it holds, in words.
  var words: String {
    guard holds else { return "devait s’appliquer du \(French.long(from))" }
    guard let until else { return "depuis le \(French.long(from))" }
    return from == until ? "le \(French.long(from))" : "du \(French.long(from)) au \(French.long(until))"
  }

  fileprivate func badge(today: CalendarDate) -> Badge {
    if !holds { return Badge("Remplacée", .neutral, icon: .x) }
    if from > today { return Badge("À venir", .waiting, icon: .clock) }
    if let until, until < today { return Badge("Passée", .neutral, icon: .history) }
    return Badge("En vigueur", .done, icon: .check)
  }
}
