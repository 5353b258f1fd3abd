import API
import Domain

/// What a room shows of a dossier: an entry of its navigation, things to do in the right column, panels of its summary.
struct DossierSection: Sendable {
  let title: String
  /// Below the dossier's address; empty for the summary.
  let path: String
  let icon: Icon
  /// Its place in the navigation. Résumé 10, Caractéristiques 15, Entretiens 20, Contrats 30, Parcours 40,
  /// Documents 50, Notes 60, Données bénéficiaire 65, Référents 70, Veilles 75, Mises en demeure 77, Évènements du
  /// droit 80, Frise 90.
  let position: Int
  let rights: [Right]
  /// Whether an operator's people have it too.
  let isForOperators: Bool
  /// Things to do to the dossier, by the rights of who looks.
  let actions: @Sendable (OpenDossier) -> [Action]
  /// The reads that the panels of the summary are made of, as the audit log names them.
  let reads: [String]
  /// Panels of the summary; one that cannot be had says so and the others stay.
  let summary: (@Sendable (OpenDossier) async throws -> [Panel])?

  init(
    _ title: String, path: String, icon: Icon, position: Int, rights: [Right] = [.readDossiers],
    isForOperators: Bool = false,
    actions: @escaping @Sendable (OpenDossier) -> [Action] = { _ in [] },
    reads: [String] = [], summary: (@Sendable (OpenDossier) async throws -> [Panel])? = nil
  ) {
    self.title = title
    self.path = path
    self.icon = icon
    self.position = position
    self.rights = rights
    self.isForOperators = isForOperators
    self.actions = actions
    self.reads = reads
    self.summary = summary
  }
}
