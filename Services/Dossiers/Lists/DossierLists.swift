import API
import Postgres
import Service

extension KeptList {
  /// Why a dossier is set aside (rule C6).
  static let standbyReasons = KeptList(.standbyReason, in: "dossiers.standby_reason")
  /// In which folders documents are filed, and what they are (rule D1).
  static let documentFolders = KeptList(.documentFolder, in: "dossiers.document_folder")
  static let documentTypes = KeptList(.documentType, in: "dossiers.document_type")
}

extension CountyListStore {
  static func dossiers(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(postgres: postgres, schema: "dossiers", lists: [.standbyReasons, .documentFolders, .documentTypes])
  }
}
