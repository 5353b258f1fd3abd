import API
import Postgres
import Service

extension KeptList {
  /// What offers are sorted by (rule A8).
  static let classes = KeptList(.offerClass, in: "fse.list_entry", label: "name", open: "active", list: "list")
  /// Why a step ended.
  static let endReasons = KeptList(.endReason, in: "fse.list_entry", label: "name", open: "active", list: "list")
  /// What an offer may ask to be told at the end.
  static let characteristics = KeptList(
    .characteristic, in: "fse.list_entry", label: "name", open: "active", list: "list")
  /// What kinds of events there are.
  static let gatheringKinds = KeptList(
    .gatheringKind, in: "fse.list_entry", label: "name", open: "active", list: "list")
}

extension CountyListStore {
  static func fse(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(
      postgres: postgres, schema: "fse", lists: [.classes, .endReasons, .gatheringKinds, .characteristics])
  }
}
