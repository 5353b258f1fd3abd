/// Days beside each other, hours below: appointments, and free slots that lead to taking one.
struct WeekGrid: Piece {
  let piece = "pieces/week-grid"
  /// « Semaine du 9 au 13 mars 2026 ».
  let title: String
  let previous: String
  let current: String
  let next: String
  /// Names the rows; each is four quarters high.
  let hours: [HourLabel]
  let days: [WeekDay]
  /// Quarters shown, as the class that sets the height.
  let quarters: Int

  /// Shows `firstHour` to `lastHour` (1 to 14 hours).
  init(
    _ title: String, previous: String, current: String, next: String, firstHour: Int = 8, lastHour: Int = 19,
    days: [WeekDay]
  ) {
    let hours = (firstHour..<max(lastHour, firstHour + 1)).map {
      HourLabel(text: "\($0) h", start: ($0 - firstHour) * 4 + 1)
    }
    let quarters = hours.count * 4
    self.hours = hours
    self.quarters = quarters
    self.days = days.map { $0.placed(firstHour: firstHour, quarters: quarters) }
    self.title = title
    self.previous = previous
    self.current = current
    self.next = next
  }
}

/// An hour written at the left.
struct HourLabel: Sendable {
  let text: String
  let start: Int
}

/// A day of the grid.
struct WeekDay: Sendable {
  /// « lun. 9 mars ».
  let title: String
  let address: String
  let isToday: Bool
  /// « Férié », « Absent ».
  let note: String?
  let appointments: [GridAppointment]
  let slots: [FreeSlot]

  init(
    _ title: String, address: String, isToday: Bool = false, note: String? = nil, appointments: [GridAppointment],
    slots: [FreeSlot] = []
  ) {
    self.title = title
    self.address = address
    self.isToday = isToday
    self.note = note
    self.appointments = appointments
    self.slots = slots
  }

  fileprivate func placed(firstHour: Int, quarters: Int) -> WeekDay {
    WeekDay(
      title, address: address, isToday: isToday, note: note,
      appointments: appointments.map { $0.placed(firstHour: firstHour, quarters: quarters) },
      slots: slots.filter { $0.minute >= firstHour * 60 }.map { $0.placed(firstHour: firstHour) })
  }
}

/// An appointment of the grid, from `minute` of the day for `duration` minutes.
struct GridAppointment: Sendable {
  let minute: Int
  let duration: Int
  private(set) var start = 1
  private(set) var length = 1
  let time: String
  let title: String
  let detail: String?
  let address: String
  let tone: String
  /// Says its state to those who do not see the colour: « à saisir », « annulé ».
  let state: String?
  /// Short ones show one line.
  let isShort: Bool

  init(
    minute: Int, duration: Int, time: String, title: String, detail: String? = nil, address: String,
    _ tone: Tone = .info, state: String? = nil
  ) {
    self.minute = minute
    self.duration = duration
    self.time = time
    self.title = title
    self.detail = detail
    self.address = address
    self.tone = tone.rawValue
    self.state = state
    isShort = duration < 45
  }

  fileprivate func placed(firstHour: Int, quarters: Int) -> GridAppointment {
    var placed = self
    placed.start = min(max((minute - firstHour * 60) / 15 + 1, 1), quarters)
    placed.length = max(min((duration + 14) / 15, quarters - placed.start + 1), 1)
    return placed
  }
}

/// Half an hour that is free, and where to take it.
struct FreeSlot: Sendable {
  let minute: Int
  private(set) var start = 1
  /// « Prendre un rendez-vous mardi 10 mars à 9 h 30 ».
  let label: String
  let time: String
  let address: String

  init(minute: Int, time: String, label: String, address: String) {
    self.minute = minute
    self.time = time
    self.label = label
    self.address = address
  }

  fileprivate func placed(firstHour: Int) -> FreeSlot {
    var placed = self
    placed.start = (minute - firstHour * 60) / 15 + 1
    return placed
  }
}

/// The appointments of a day in a list.
struct DayAgenda: Piece {
  let piece = "pieces/day-agenda"
  let label: String
  let appointments: [GridAppointment]
  let isEmpty: Bool
  let empty: EmptyState

  init(_ label: String, _ appointments: [GridAppointment], empty: EmptyState) {
    self.label = label
    self.appointments = appointments
    isEmpty = appointments.isEmpty
    self.empty = empty
  }
}
