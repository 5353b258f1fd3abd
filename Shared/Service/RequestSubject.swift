import Domain
import Postgres

extension RequestSubject {
  /// The statement that finds the dossier: its policies and those of the row decide whether there is one for the caller.
  func opening(schema: String) -> PostgresClient.Opening {
    let dossier = "dossiers.v1_dossier"
    let found = isChange == true ? "dossiers.changeable(d.id, d.archived_on)" : "d.id"
    let statement =
      kind == Self.dossierKind
      ? "select \(found) from \(dossier) d where d.id = '\(id.text)'"
      : "select \(found) from \(schema).\(kind) s join \(dossier) d on d.id = s.dossier where s.id = '\(id.text)'"
    return PostgresClient.Opening(statement: statement) { found, caller in caller.act?.dossier = ID(found) }
  }
}
