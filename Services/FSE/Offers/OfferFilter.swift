import API
import Domain
import Postgres

extension OfferStore {
  /// What a catalogue is narrowed to besides the words and the class.
  static func narrowing(_ query: OfferQuery, today: CalendarDate) -> [SQL] {
    var conditions: [SQL] = []
    if let carrier = query.operator {
      conditions.append(
        """
        (o.operator = \(carrier)
          or exists (select from fse.offer_partner x where x.offer = o.id and x.operator = \(carrier)))
        """)
    }
    if let territory = query.territory {
      conditions.append("(o.territories = '{}' or \(territory)::uuid = any (o.territories))")
    }
    if let from = query.from { conditions.append("o.ends_on >= \(from)::date") }
    if let until = query.until { conditions.append("o.starts_on <= \(until)::date") }
    if let hasPlaces = query.hasPlaces {
      let open: SQL = """
        (not o.uses_sessions or exists (
          select from fse.offer_session s where s.offer = o.id and s.ends_on >= \(today)::date
            and (s.places is null or s.taken < s.places)))
        """
      conditions.append(hasPlaces ? open : "not \(open)")
    }
    return conditions
  }
}
