import API
import Postgres
import Service

extension KeptList {
  /// Why a dossier is set aside (guide, *Veille*: « date de début, date de fin et motif »).
  static let standbyReasons = KeptList(.standbyReason, in: "dossiers.standby_reason")
}

extension CountyListStore {
  static func dossiers(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(postgres: postgres, schema: "dossiers", lists: [.standbyReasons])
  }
}
