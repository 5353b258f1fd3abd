import API
import Domain

/// What a registration says, whether it is made, changed or converted.
struct StepDates: Sendable {
  var session: ID<OfferSession>?
  var partner: ID<Operator>?
  var plannedFrom: CalendarDate
  var plannedUntil: CalendarDate
  var from: CalendarDate?
  var until: CalendarDate?

  /// The days that count against another registration: the real ones where they are known.
  var days: Period? { Period(from: from ?? plannedFrom, until: until ?? plannedUntil) }
}

extension StepDraft {
  var dates: StepDates {
    StepDates(
      session: session, partner: partner, plannedFrom: plannedFrom, plannedUntil: plannedUntil, from: from,
      until: until)
  }
}

extension StepChange {
  var dates: StepDates {
    StepDates(
      session: session, partner: partner, plannedFrom: plannedFrom, plannedUntil: plannedUntil, from: from,
      until: until)
  }
}

extension StepConversion {
  var dates: StepDates {
    StepDates(
      session: session, partner: partner, plannedFrom: plannedFrom, plannedUntil: plannedUntil, from: from,
      until: until)
  }
}

extension Offer {
  /// Why nobody new can be registered on this offer like this; empty when it can be.
  func refusals(kind: Step.Kind, participation: Bool) -> [Fault] {
    var faults: [Fault] = []
    if !active {
      faults.append(Fault("offer", "inactive", "Cette offre est désactivée. Choisissez une offre active."))
    }
    if participation, operation == nil {
      faults.append(Fault("participation", "sans-operation", "Cette offre ne relève d’aucune opération FSE."))
    }
    if participation, kind == .positioning {
      faults.append(
        Fault("participation", "positionnement", "Convertissez d’abord le positionnement en étape."))
    }
    return faults
  }

  /// What is wrong with the dates, session and partner of a registration (rule S3).
  /// - Parameter funding: the days of the FSE operation that pays for the offer; nothing of an FSE step lies outside.
  func faults(in dates: StepDates, within funding: Period?) -> [Fault] {
    var faults: [Fault] = []
    if dates.plannedUntil < dates.plannedFrom {
      faults.append(Fault("plannedUntil", "ordre", "La fin prévue précède le début prévu."))
    }
    if dates.until != nil, dates.from == nil {
      faults.append(Fault("from", "obligatoire", "Saisissez le début réel avant la fin réelle."))
    }
    if faults.isEmpty, dates.days == nil {
      faults.append(Fault(dates.until == nil ? "from" : "until", "ordre", "La fin précède le début."))
    }
    if needsPartner, dates.partner == nil {
      faults.append(Fault("partner", "obligatoire", "Choisissez l’opérateur : cette offre en a plusieurs."))
    }
    if needsPartner, let partner = dates.partner, !partners.isEmpty, !partners.contains(where: { $0.id == partner }) {
      faults.append(Fault("partner", "choix", "Choisissez l’un des opérateurs de cette offre."))
    }
    let offered = Period(from: startsOn, until: endsOn)
    faults += Self.outside(
      [("plannedFrom", dates.plannedFrom), ("plannedUntil", dates.plannedUntil)], of: offered,
      "Cette date est hors de l’offre, qui va du \(French.short(startsOn)) au \(French.short(endsOn)).")
    if let funding {
      let last = funding.until.map { French.short($0) } ?? ""
      faults += Self.outside(
        [("plannedFrom", dates.plannedFrom), ("plannedUntil", dates.plannedUntil)]
          + [("from", dates.from), ("until", dates.until)].compactMap { name, day in day.map { (name, $0) } },
        of: funding, "Cette date est hors de l’opération FSE, qui va du \(French.short(funding.from)) au \(last).")
    }
    faults += sessionFaults(in: dates)
    return faults.reduce(into: []) { kept, fault in
      if !kept.contains(where: { $0.field == fault.field }) { kept.append(fault) }
    }
  }

  private func sessionFaults(in dates: StepDates) -> [Fault] {
    guard let id = dates.session else {
      return usesSessions && !sessions.isEmpty
        ? [Fault("session", "obligatoire", "Choisissez une session de cette offre.")] : []
    }
    guard let session = sessions.first(where: { $0.id == id }) else {
      return [Fault("session", "choix", "Cette session n’est pas une session de cette offre.")]
    }
    return Self.outside(
      [("plannedFrom", dates.plannedFrom), ("plannedUntil", dates.plannedUntil)],
      of: Period(from: session.startsOn, until: session.endsOn),
      "La session va du \(French.short(session.startsOn)) au \(French.short(session.endsOn)).")
  }

  private static func outside(
    _ days: [(String, CalendarDate)], of period: Period?, _ message: String
  ) -> [Fault] {
    days.filter { period?.contains($0.1) == false }.map { Fault($0.0, "hors-dates", message) }
  }
}

/// An FSE step that is in the way of another.
struct EarlierStep: Decodable, Sendable {
  let id: ID<Step>
  let version: Int
  let offerName: String
  let starts: CalendarDate
  let ends: CalendarDate

  /// How an overlap is refused: by naming the earlier offer and the day on which it could end (rule S5).
  /// Nothing can be offered where it does not begin before the new one.
  func refusal(of new: Period) throws -> Problem {
    let lasts = "« \(offerName) » du \(French.short(starts)) au \(French.short(ends))"
    let title = "Ce dossier est déjà inscrit sur une offre FSE à ces dates."
    guard starts < new.from else {
      return .conflict(
        "chevauchement-fse", title,
        detail: "Il est inscrit sur \(lasts). Choisissez des dates qui finissent avant le \(French.short(starts)), "
          + "ou corrigez d’abord cette inscription.")
    }
    let last = new.from.adding(days: -1)
    return .conflict(
      "chevauchement-fse", title,
      detail: "Il est inscrit sur \(lasts). Terminez cette inscription le \(French.short(last)), "
        + "ou choisissez d’autres dates.",
      offer: try JSONValue(
        encoding: ShorteningOffer(step: id, version: version, offerName: offerName, shortenTo: last)))
  }
}

extension Step {
  /// What would be lost with it (rule S16).
  var written: Problem? {
    let lost = [
      attendances == 0
        ? nil : "\(French.count(attendances, "demi-journée")) de présence",
      report == nil ? nil : "son bilan",
      signedSheets == 0 ? nil : "ses feuilles d’émargement signées",
    ].compactMap { $0 }
    guard !lost.isEmpty else { return nil }
    return .conflict(
      "etape-suivie", "Cette étape ne peut plus être supprimée.",
      detail: "Elle perdrait \(lost.joined(separator: " et ")). Indiquez plutôt sa fin réelle et le motif de fin, ou "
        + "retirez d’abord ce qui a été saisi par erreur.")
  }

  private func isOver(on today: CalendarDate) -> Bool { until.map { $0 <= today } ?? false }

  /// What others are told of it: ended once its real end is reached, and only once.
  func event(after before: Step, today: CalendarDate) -> StepChanged {
    StepChanged(
      step: id, dossier: dossier, offer: offer, offerName: offerName,
      change: isOver(on: today) && !before.isOver(on: today) ? .ended : .changed, from: from ?? plannedFrom,
      until: until ?? plannedUntil, participation: participation)
  }
}
