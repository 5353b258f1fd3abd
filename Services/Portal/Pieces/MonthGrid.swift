/// A month as a table: what is in each day, which leads to the day.
struct MonthGrid: Piece {
  /// « mars 2026 ».
  let title: String
  let previous: String
  let current: String
  let next: String
  /// Seven days each, Monday first.
  let weeks: [[MonthDay]]

  init(_ title: String, previous: String, current: String, next: String, weeks: [[MonthDay]]) {
    self.title = title
    self.previous = previous
    self.current = current
    self.next = next
    self.weeks = weeks
  }

  private static let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]

  func html(in frame: Frame) -> HTML {
    """
    <div class="week-head">
    <h2>\(title)</h2>
    <nav class="button-row" aria-label="Mois">
    <a class="btn btn-outline" href="\(previous)">\(icon: .arrowLeft)\
    <span class="visually-hidden">Mois précédent</span></a>
    <a class="btn btn-outline" href="\(current)">Ce mois</a>
    <a class="btn btn-outline" href="\(next)"><span class="visually-hidden">Mois suivant</span>\
    \(icon: .arrowRight)</a>
    </nav>
    </div>
    <table class="month">
    <caption class="visually-hidden">\(title)</caption>
    <thead><tr>\(each: Self.weekdays, heading)</tr></thead>
    <tbody>
    \(each: weeks, { "<tr>\(each: $0, { $0.html })</tr>\n" })</tbody>
    </table>
    """
  }

  private func heading(_ weekday: String) -> HTML {
    #"<th scope="col"><abbr title="\#(weekday)">\#(String(weekday.prefix(3)))</abbr></th>"#
  }
}

/// A day of the month.
struct MonthDay: Sendable {
  /// « 12 », with the whole date for a screen reader.
  let number: String
  let label: String
  let address: String
  let isToday: Bool
  let isOutside: Bool
  /// « Férié : Noël », « Absent ».
  let note: String?
  /// The first ones, « 14 h 30 MARTIN Léa ».
  let lines: [String]
  /// « 5 rendez-vous »; absent where there is none.
  let count: String?

  init(
    _ number: String, label: String, address: String, isToday: Bool = false, isOutside: Bool = false,
    note: String? = nil, lines: [String], count: String?
  ) {
    self.number = number
    self.label = label
    self.address = address
    self.isToday = isToday
    self.isOutside = isOutside
    self.note = note
    self.lines = lines
    self.count = count
  }

  fileprivate var html: HTML {
    """
    <td class="\("is-today ", if: isToday)\("is-outside", if: isOutside)">\
    <a class="month-day" href="\(address)" aria-label="\(label)">\(number)</a>\(small: note)\
    <ul>\(each: lines, { "<li>\($0)</li>" })\(count, { #"<li class="is-count">\#($0)</li>"# })</ul></td>
    """
  }
}
