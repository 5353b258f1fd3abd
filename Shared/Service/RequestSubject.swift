import Domain
import Postgres

extension RequestSubject {
  /// The statement that finds the dossier: its policies and those of the row decide whether there is one for the caller.
  func opening(schema: String) -> PostgresClient.Opening {
    let dossier = "dossiers.v1_dossier"
    let statement =
      kind == Self.dossierKind
      ? "select id from \(dossier) where id = '\(id.text)'"
      : "select d.id from \(schema).\(kind) s join \(dossier) d on d.id = s.dossier where s.id = '\(id.text)'"
    return PostgresClient.Opening(statement: statement) { found, caller in caller.act?.dossier = ID(found) }
  }
}
