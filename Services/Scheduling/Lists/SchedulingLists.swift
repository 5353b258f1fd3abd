import API
import Postgres
import Service

extension KeptList {
  /// How two people meet (rule M4).
  static let kinds = KeptList(.appointmentKind, in: "scheduling.appointment_kind", open: "active")
  /// What about.
  static let themes = KeptList(.appointmentTheme, in: "scheduling.appointment_theme", open: "active")
}

extension CountyListStore {
  static func scheduling(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(postgres: postgres, schema: "scheduling", lists: [.kinds, .themes])
  }
}
