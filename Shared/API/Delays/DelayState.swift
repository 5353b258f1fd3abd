import Domain
import Foundation

/// What a delay is today.
public struct DelayValue: Payload, Versioned, Equatable {
  public var name: CountyDelay
  public var value: Int
  /// What it becomes, and when; absent where nothing is planned.
  public var next: DecidedPeriod?
  public var version: Int

  public init(name: CountyDelay, value: Int, next: DecidedPeriod? = nil, version: Int = 0) {
    self.name = name
    self.value = value
    self.next = next
    self.version = version
  }
}

/// A value that somebody decided, and when it holds.
public struct DecidedPeriod: Payload, Equatable {
  public var value: Int
  public var from: CalendarDate
  /// The last day that it holds; absent for the last one.
  public var until: CalendarDate?
  /// False for a value that another replaced before it held for a day.
  public var holds: Bool
  public var decidedAt: Date
  public var accountName: String

  public init(
    value: Int, from: CalendarDate, until: CalendarDate? = nil, holds: Bool = true, decidedAt: Date,
    accountName: String
  ) {
    self.value = value
    self.from = from
    self.until = until
    self.holds = holds
    self.decidedAt = decidedAt
    self.accountName = accountName
  }
}

/// A delay with everything that was decided about it, the newest first.
public struct DelayHistory: Payload, Versioned, Equatable {
  public var name: CountyDelay
  public var value: Int
  public var periods: [DecidedPeriod]
  public var version: Int

  public init(name: CountyDelay, value: Int, periods: [DecidedPeriod], version: Int) {
    self.name = name
    self.value = value
    self.periods = periods
    self.version = version
  }
}

public struct DelayDraft: Payload, Constrained {
  public var value: Int
  /// Today when absent; never a day that is past.
  public var from: CalendarDate?
  public static let constraints: [String: Constraint] = ["value": .range(0...10_000)]

  public init(value: Int, from: CalendarDate? = nil) {
    self.value = value
    self.from = from
  }
}

/// What every service that goes by the county's delays serves, declared once for all of them.
public struct DelayEndpoints: Sendable {
  public let all: Endpoint<NoInput, [DelayValue]>
  public let show: Endpoint<NoInput, DelayHistory>
  public let change: Endpoint<DelayDraft, DelayHistory>

  init(_ service: ServiceName) {
    all = Endpoint(
      service, "listDelays", .get, "delays", allow: .signedIn,
      summary: "List the county's delays as they are today, with what is planned.")
    show = Endpoint(
      service, "showDelay", .get, "delays/{delay}", allow: .having(.administer),
      summary: "Show a delay with every value that was decided, the newest first.")
    change = Endpoint(
      service, "changeDelay", .put, "delays/{delay}", allow: .having(.administer),
      summary: "Give a delay another value from a day on; what was planned from that day on is replaced.",
      versioned: true)
  }
}

extension ServiceName {
  public var delays: DelayEndpoints { DelayEndpoints(self) }

  /// The services that go by some delay of the county.
  public static var withDelays: [ServiceName] {
    allCases.filter { service in CountyDelay.allCases.contains { $0.service == service } }
  }
}

extension [DelayValue] {
  /// What holds today; the standard where the service that was asked does not have it.
  public subscript(_ name: CountyDelay) -> Int { first { $0.name == name }?.value ?? name.standard }
}
