import API
import Domain
import Foundation

extension Agenda.Item {
  var day: CalendarDate { CalendarDate(startsAt) }
  var minutes: Int { Int(startsAt.distance(to: endsAt) / 60) }

  /// Minutes since midnight in France.
  var minute: Int { minuteOfDay(startsAt) }

  var endMinute: Int { minute + minutes }

  /// - Parameter fallback: where an hour leads of which nothing but the hour is shown.
  func entry(at moment: Date, otherwise fallback: String) -> GridAppointment {
    let time = "\(French.time(startsAt)) – \(French.time(endsAt))"
    guard let dossier else {
      // Of one that an exit kept the name stays, not the dossier.
      return GridAppointment(
        minute: minute, duration: minutes, time: time, title: dossierName ?? "Occupé",
        detail: [kindLabel, placeName].compactMap { $0 }.joined(separator: " · "), address: fallback, .neutral,
        state: dossierName == nil ? nil : "Sorti de la file active")
    }
    let (tone, state) = manner(at: moment)
    return GridAppointment(
      minute: minute, duration: minutes, time: time, title: dossierName ?? "Entretien",
      detail: [kindLabel, themeLabel, placeName].compactMap { $0 }.joined(separator: " · "),
      address: "/dossiers/\(dossier)/entretiens/\(appointment)", tone, state: state)
  }

  private func manner(at moment: Date) -> (Tone, String?) {
    if needsAttention { return (.late, "À replacer") }
    guard let outcome else { return (.neutral, nil) }
    if outcome != .planned { return (outcome.tone, outcome.label) }
    return endsAt <= moment ? (.waiting, "À saisir") : (.info, nil)
  }
}

extension [Agenda.Item] {
  /// What a page shows: the persons of one meeting stand for it together.
  func entries(at moment: Date, otherwise fallback: String) -> [GridAppointment] {
    let counts = Dictionary(grouping: compactMap(\.group), by: \.self).mapValues(\.count)
    var shown: Set<ID<GroupMeeting>> = []
    return compactMap { item in
      guard let group = item.group, let count = counts[group], count > 1 else {
        return item.entry(at: moment, otherwise: fallback)
      }
      guard shown.insert(group).inserted else { return nil }
      return GridAppointment(
        minute: item.minute, duration: item.minutes,
        time: "\(French.time(item.startsAt)) – \(French.time(item.endsAt))",
        title: "\(item.kindLabel ?? "Réunion") : \(French.count(count, "personne"))",
        detail: [item.themeLabel, item.placeName].compactMap(\.self).joined(separator: " · "),
        address: "/agenda/collectif/\(group)", item.endsAt <= moment ? .waiting : .info)
    }
  }
}

func minuteOfDay(_ moment: Date) -> Int {
  let parts = Calendar.france.dateComponents([.hour, .minute], from: moment)
  return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
}

/// Half hours at which an appointment can be taken, within the hours in which the agent is offered some. Other hours are
/// typed in the form.
enum FreeHalfHours {
  /// - Parameter items: everything that the day's column shows: a slot never lies under something else.
  static func of(_ day: CalendarDate, in agenda: Agenda, items: [Agenda.Item], at moment: Date) -> [FreeSlot] {
    guard day.publicHoliday == nil, !agenda.absences.contains(where: { $0.holds(on: day) }) else { return [] }
    let periods = agenda.hours.filter { $0.weekday == day.weekday }
    return periods.flatMap { stride(from: $0.opens, through: $0.closes - 30, by: 30) }.compactMap { minute in
      let start = day.moment(hour: minute / 60, minute: minute % 60)
      let end = start.addingTimeInterval(30 * 60)
      guard start > moment, !items.contains(where: { $0.startsAt < end && start < $0.endsAt }) else { return nil }
      let time = French.time(start)
      let address = Address(
        "/agenda/prendre", ["jour": day.description, "heure": time, "agent": agenda.agent.description])
      return FreeSlot(
        minute: minute, time: time, label: "Prendre un rendez-vous \(French.full(day)) à \(time)",
        address: address.text)
    }
  }
}

extension String {
  var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
}
