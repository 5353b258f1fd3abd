import API
import Postgres
import Service

extension KeptList {
  /// Why a dossier is set aside (rule C6).
  static let standbyReasons = KeptList(.standbyReason, in: "dossiers.standby_reason")
  /// The families of characteristics (rule C18).
  static let characteristicFamilies = KeptList(.characteristicFamily, in: "dossiers.characteristic_family")
  /// What makes a way to work hard, and the fields of activity that one wishes for (rule C19).
  static let difficulties = KeptList(.difficulty, in: "dossiers.difficulty")
  static let sectors = KeptList(.sector, in: "dossiers.sector")
}

extension CountyListStore {
  static func dossiers(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(
      postgres: postgres, schema: "dossiers",
      lists: [.standbyReasons, .characteristicFamilies, .difficulties, .sectors])
  }
}
