/// Days beside each other, hours below: appointments, and free slots that lead to taking one.
struct WeekGrid: Piece {
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
  private let steps: Steps

  /// What its arrows step by.
  enum Steps: Sendable {
    case weeks, days

    fileprivate var words: (all: String, previous: String, current: String, next: String) {
      switch self {
      case .weeks: ("Semaines", "Semaine précédente", "Cette semaine", "Semaine suivante")
      case .days: ("Jours", "Jour précédent", "Aujourd’hui", "Jour suivant")
      }
    }
  }

  /// Shows `firstHour` to `lastHour` (1 to 14 hours).
  init(
    _ title: String, previous: String, current: String, next: String, by steps: Steps = .weeks, firstHour: Int = 8,
    lastHour: Int = 19, days: [WeekDay]
  ) {
    self.steps = steps
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

  func html(in frame: Frame) -> HTML {
    let words = steps.words
    return """
      <div class="week-head">
      <h2>\(title)</h2>
      <nav class="button-row" aria-label="\(words.all)">
      <a class="btn btn-outline" href="\(previous)">\(icon: .arrowLeft)\
      <span class="visually-hidden">\(words.previous)</span></a>
      <a class="btn btn-outline" href="\(current)">\(words.current)</a>
      <a class="btn btn-outline" href="\(next)"><span class="visually-hidden">\(words.next)</span>\
      \(icon: .arrowRight)</a>
      </nav>
      </div>
      <div class="week" data-week>
      <div class="week-hours quarters-\(quarters)" aria-hidden="true">\(each: hours, { $0.html })</div>
      \(each: days, { $0.html(quarters: quarters) })</div>
      """
  }
}

/// An hour written at the left.
struct HourLabel: Sendable {
  let text: String
  let start: Int

  fileprivate var html: HTML { #"<span class="start-\#(start) length-4">\#(text)</span>"# }
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
      appointments: Lanes.beside(appointments.map { $0.placed(firstHour: firstHour, quarters: quarters) }),
      slots: slots.filter { $0.minute >= firstHour * 60 }.map { $0.placed(firstHour: firstHour) })
  }

  fileprivate func html(quarters: Int) -> HTML {
    """
    <section class="week-day\(" is-today", if: isToday)">
    <h3><a href="\(address)"\(#" aria-current="date""#, if: isToday)>\(title)</a>\(small: note)</h3>
    <div class="week-slots quarters-\(quarters)">
    \(each: slots, { $0.html })
    \(each: appointments, { $0.html })
    </div>
    </section>

    """
  }
}

/// An appointment of the grid, from `minute` of the day for `duration` minutes.
struct GridAppointment: Sendable {
  let minute: Int
  let duration: Int
  private(set) var start = 1
  private(set) var length = 1
  /// Beside others of the same time: which place of how many; 1 of 1 where there are none.
  fileprivate(set) var lane = 1
  fileprivate(set) var lanes = 1
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

  fileprivate var html: HTML {
    """
    <a class="appointment tone-\(tone) start-\(start) length-\(length)\(place)\(" is-short", if: isShort)" \
    href="\(address)">\
    <span class="when">\(time)</span>\(state, { " <em>\($0)</em>" }) <strong>\(title)</strong>\
    \(detail, { " <span>\($0)</span>" })</a>
    """
  }

  private var place: String { lanes > 1 ? " lane-\(lane)-of-\(lanes)" : "" }

  fileprivate var end: Int { start + length }

  fileprivate var line: HTML {
    """
    <li class="tone-\(tone)"><span class="when">\(time)</span>\
    <span><a href="\(address)">\(title)</a>\(small: detail)</span>\
    \(state, { #"<span class="badge-state tone-\#(tone)">\#($0)</span>"# })</li>
    """
  }
}

/// Puts appointments of the same time beside each other.
enum Lanes {
  /// How many stand beside each other: the widths that the style sheet knows. Beyond the last the others share its last.
  private static let widths = [1, 2, 3, 4, 6]

  static func beside(_ appointments: [GridAppointment]) -> [GridAppointment] {
    var placed: [GridAppointment] = []
    // Those that touch each other, directly or through others.
    var cluster: [GridAppointment] = []
    var end = 0
    func close() {
      let used = cluster.map(\.lane).max() ?? 1
      let lanes = widths.first { $0 >= used } ?? widths[widths.count - 1]
      placed += cluster.map { appointment in
        var copy = appointment
        copy.lanes = lanes
        copy.lane = min(appointment.lane, lanes)
        return copy
      }
      cluster = []
    }
    for appointment in appointments.sorted(by: { ($0.start, $1.length) < ($1.start, $0.length) }) {
      if !cluster.isEmpty, appointment.start >= end { close() }
      var copy = appointment
      let taken = Set(cluster.filter { $0.end > appointment.start }.map(\.lane))
      copy.lane = (1...(cluster.count + 1)).first { !taken.contains($0) } ?? 1
      end = cluster.isEmpty ? copy.end : max(end, copy.end)
      cluster.append(copy)
    }
    close()
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

  fileprivate var html: HTML {
    """
    <a class="slot start-\(start) length-2" href="\(address)" aria-label="\(label)">\
    <span aria-hidden="true">+ \(time)</span></a>
    """
  }
}

/// The appointments of a day in a list.
struct DayAgenda: Piece {
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

  func html(in frame: Frame) -> HTML {
    guard !isEmpty else { return empty.html(in: frame) }
    return """
      <ol class="day-agenda" aria-label="\(label)">
      \(each: appointments, { $0.line })
      </ol>
      """
  }
}
