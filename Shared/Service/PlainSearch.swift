import Postgres

extension SQL {
  /// That a text holds what was asked, without regard to accents or case. A question of which `jalons.plain` leaves nothing,
  /// such as « % », finds nothing; what it leaves has no sign that `like` reads as its own.
  /// - Parameter text: as `jalons.plain` makes it.
  public static func plain(_ text: SQL, holds asked: String) -> SQL {
    "\(text) like '%' || nullif(jalons.plain(\(asked)), '') || '%'"
  }
}
