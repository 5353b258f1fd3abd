import Domain
import Foundation

/// Days on which somebody is away. Appointments may still be taken then, but none is offered.
public struct AgendaAbsence: Payload, Equatable {
  public var id: ID<AgendaAbsence>
  public var from: CalendarDate
  /// Included.
  public var until: CalendarDate
  /// Why, for those who may look at the agenda: « Congés », « Formation ».
  public var note: String?

  public init(id: ID<AgendaAbsence>, from: CalendarDate, until: CalendarDate, note: String? = nil) {
    self.id = id
    self.from = from
    self.until = until
    self.note = note
  }

  public func holds(on day: CalendarDate) -> Bool { from <= day && day <= until }
}

public struct AbsenceDraft: Payload, Constrained {
  public var from: CalendarDate
  public var until: CalendarDate
  public var note: String?
  public static let constraints: [String: Constraint] = ["note": .text(1...120)]

  public init(from: CalendarDate, until: CalendarDate, note: String? = nil) {
    self.from = from
    self.until = until
    self.note = note
  }
}

/// Hours of a weekday in which appointments are offered.
public struct WorkingPeriod: Payload, Constrained, Hashable {
  /// 1 for Monday.
  public var weekday: Int
  /// Minutes since midnight in France.
  public var opens: Int
  public var closes: Int
  public static let constraints: [String: Constraint] = [
    "weekday": .range(1...7), "opens": .range(0...1439), "closes": .range(1...1439),
  ]

  public init(weekday: Int, opens: Int, closes: Int) {
    self.weekday = weekday
    self.opens = opens
    self.closes = closes
  }
}

/// One's own hours; the county's where there are none.
public struct WorkingHours: Payload, Constrained {
  public var periods: [WorkingPeriod]
  public static let constraints: [String: Constraint] = ["periods": .items(21)]

  public init(periods: [WorkingPeriod]) { self.periods = periods }
}

extension SchedulingAPI {
  public static let listAbsences = Endpoint<NoInput, [AgendaAbsence]>(
    .scheduling, "listAbsences", .get, "agenda/absences", allow: .having(.bookAppointments),
    summary: "List one's own absences that are not over, by their first day.")

  public static let addAbsence = Endpoint<AbsenceDraft, AgendaAbsence>(
    .scheduling, "addAbsence", .post, "agenda/absences", allow: .having(.bookAppointments),
    summary: "Say when one is away: no hour is offered then.", success: 201)

  public static let removeAbsence = Endpoint<NoInput, NoOutput>(
    .scheduling, "removeAbsence", .delete, "agenda/absences/{absence}", allow: .having(.bookAppointments),
    summary: "Take back one of one's own absences.")

  public static let showWorkingHours = Endpoint<NoInput, WorkingHours>(
    .scheduling, "showWorkingHours", .get, "agenda/working-hours", allow: .having(.bookAppointments),
    summary: "Show the hours in which one is offered appointments; none where they are the county's.")

  public static let setWorkingHours = Endpoint<WorkingHours, WorkingHours>(
    .scheduling, "setWorkingHours", .put, "agenda/working-hours", allow: .having(.bookAppointments),
    summary: "Say in which hours one is offered appointments; an empty list for the county's.")
}
