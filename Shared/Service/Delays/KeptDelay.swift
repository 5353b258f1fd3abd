import API
import Domain
import Foundation
import Postgres

extension CountyDelay {
  /// What holds on the caller's day, as a value within another statement. Any service may read it where it is kept.
  public var sql: SQL {
    """
    coalesce((select v.value from \(unsafeSQL: service.rawValue).v1_delay v
      where v.delay = \(self) and v.valid_from <= caller.today() order by v.position desc limit 1), \(standard)::int)
    """
  }
}

extension Transaction {
  /// What a delay of the county is on the caller's day.
  public func value(of delay: CountyDelay) async throws -> Int {
    try await first("select \(delay.sql)", as: Int.self) ?? delay.standard
  }
}
