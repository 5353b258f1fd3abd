import API
import Postgres
import Service

extension KeptList {
  /// Why a dossier is set aside (rule C6).
  static let standbyReasons = KeptList(.standbyReason, in: "dossiers.standby_reason")
}

extension CountyListStore {
  static func dossiers(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(postgres: postgres, schema: "dossiers", lists: [.standbyReasons])
  }
}
