import Domain
import Foundation

/// Half a day, as sheets of presence have it.
public enum HalfDay: String, Payload, CaseIterable { case morning, afternoon }

/// The presence of a person on one half-day of a step (rule S11).
public struct Attendance: Payload {
  public var onDay: CalendarDate
  public var half: HalfDay
  /// 0 for who was expected and did not come.
  public var minutes: Int
  public var typedByName: String
  public var typedAt: Date

  public init(onDay: CalendarDate, half: HalfDay, minutes: Int, typedByName: String, typedAt: Date) {
    self.onDay = onDay
    self.half = half
    self.minutes = minutes
    self.typedByName = typedByName
    self.typedAt = typedAt
  }
}

/// All that was typed of a step's presence, newest first.
public struct AttendanceSheet: Payload {
  public var step: ID<Step>
  public var attendances: [Attendance]
  public var minutes: Int

  public init(step: ID<Step>, attendances: [Attendance], minutes: Int) {
    self.step = step
    self.attendances = attendances
    self.minutes = minutes
  }
}

/// Presence on one half-day, to be kept or taken away.
public struct AttendanceEntry: Payload, Constrained {
  public var onDay: CalendarDate
  public var half: HalfDay
  /// Absent to take away what was typed for that half-day.
  public var minutes: Int?
  public static let constraints: [String: Constraint] = ["minutes": .range(0...480)]

  public init(onDay: CalendarDate, half: HalfDay, minutes: Int?) {
    self.onDay = onDay
    self.half = half
    self.minutes = minutes
  }
}

/// Half-days of one step; those that are not named stay as they are.
public struct AttendanceDraft: Payload, Constrained {
  public var entries: [AttendanceEntry]
  public static let constraints: [String: Constraint] = ["entries": .items(200)]

  public init(entries: [AttendanceEntry]) { self.entries = entries }
}

/// The assessment of a step at its end (bilan), by the référent or the operator (rule S11).
public struct StepReport: Payload, Constrained {
  public var report: String?
  /// By the code of the list `characteristic`; absent: as they are.
  public var characteristics: [String: String]?
  public static let constraints: [String: Constraint] = ["report": .text(0...4000)]

  public init(report: String?, characteristics: [String: String]? = nil) {
    self.report = report
    self.characteristics = characteristics
  }
}

extension FSEAPI {
  public static let saveStepReport = Endpoint<StepReport, Step>(
    .fse, "saveStepReport", .put, "steps/{step}/report",
    allow: .having(.attendance, .registerOnOffers, reaching: .step),
    summary: "Write the assessment of a step.", versioned: true)
  public static let listAttendance = Endpoint<NoInput, AttendanceSheet>(
    .fse, "listAttendance", .get, "steps/{step}/attendance", allow: .having(.readDossiers, reaching: .step),
    summary: "List the presence typed on a step, and sum its hours.")
  public static let saveAttendance = Endpoint<AttendanceDraft, AttendanceSheet>(
    .fse, "saveAttendance", .put, "steps/{step}/attendance",
    allow: .having(.attendance, .registerOnOffers, reaching: .step),
    summary: "Type the presence on half-days of a step; a half-day without minutes is taken away.")
}
