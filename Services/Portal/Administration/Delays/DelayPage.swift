import API
import Domain
import Service

/// One delay: what it is, another value from a day on, and every value there was.
func delayPage(
  _ visit: Visit, _ history: DelayHistory, _ typed: FormAnswers, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) -> PageAnswer {
  let delay = history.name
  var facts = [
    Fact("Aujourd’hui", delay.text(history.value)), Fact("Valeur d’origine", delay.text(delay.standard)),
  ]
  if !delay.isChoice {
    facts.append(Fact("Bornes", "de \(delay.range.lowerBound) à \(delay.text(delay.range.upperBound))"))
  }
  facts.append(Fact("Source", delay.source))
  let form = Form(
    id: "delai", address: delay.address,
    groups: [
      FieldGroup(
        text: "La nouvelle valeur remplace ce qui était prévu à partir du même jour.", isPaired: !delay.isChoice,
        fields: [
          valueField(delay, typed["value"] ?? String(history.value), faults),
          .date(
            "from", "À partir du", value: typed["from"] ?? French.short(visit.today), faults.common("from")),
        ])
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer la valeur",
    cancel: Link("Annuler", delaysAddress))
  let head = PageHead(delay.label, lead: delay.effect, back: Link("Délais", delaysAddress))
  return visit.page(
    head, .administration, title: "Délais",
    notices + faults.general + [
      Panel("Ce délai", [Facts(facts)]), Panel("Décider d’une autre valeur", [form]),
      Panel("Historique", id: "historique", [past(delay, history.periods, today: visit.today)]),
    ]
  ).with(faults)
}

extension CountyDelay {
  fileprivate var isChoice: Bool { if case .choice = unit { true } else { false } }

  fileprivate var unitName: String { unit == .hours ? "heures" : "jours" }
}

private func valueField(_ delay: CountyDelay, _ value: String, _ faults: FormFaults) -> Field {
  guard case .choice(let words) = delay.unit else {
    return .text(
      "value", "Valeur", value: value, width: .narrow, unit: delay.unitName, maximumLength: 4, inputMode: .numeric,
      faults.common("value"))
  }
  return .radios(
    "value", "Règle",
    words.enumerated().map { Choice(String($0), $1.capitalizedFirst, isChosen: String($0) == value) },
    faults.common("value"))
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

func changeDelay(_ visit: Visit) async throws -> PageAnswer {
  let (history, version) = (try await shownDelay(visit), try visit.version)
  let delay = history.name
  var faults = FormFaults()
  let value = visit.form["value"].flatMap(Int.init).flatMap { delay.range.contains($0) ? $0 : nil }
  if value == nil { faults.add("value", delay.boundsText) }
  let from = visit.form.date("from", today: visit.today, missing: "Indiquez le premier jour.", &faults)
  guard faults.isEmpty, let value, let from else {
    return delayPage(visit, history, visit.form, version: version, faults)
  }
  do {
    _ = try await visit.services.call(
      delay.service.delays.change, ["delay": delay.rawValue], DelayDraft(value: value, from: from), version: version)
    let when = from == visit.today ? "dès aujourd’hui" : "à partir du \(French.long(from))"
    return .see(delay.address, saying: "\(delay.label) : \(delay.text(value)), \(when).")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ce délai a changé entre-temps",
      "L’historique ci-dessous dit ce qui a été décidé. Votre saisie est conservée : vérifiez-la, puis enregistrez.",
      .waiting)
    return delayPage(visit, history, visit.form, version: history.version, faults, notices: [notice]).with(status: 412)
  } catch let problem as Problem {
    faults = try FormFaults(problem, fields: ["value", "from"])
    return delayPage(visit, history, visit.form, version: version, faults)
  }
}
