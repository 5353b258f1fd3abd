import API
import Domain
import Foundation

extension Batch.Kind {
  /// « 12 sorties acceptées »
  func done(_ count: Int) -> String {
    switch self {
    case .exitsAccepted: French.count(count, "sortie acceptée", "sorties acceptées")
    case .exitsDeclined:
      French.count(count, "personne gardée dans la file active", "personnes gardées dans la file active")
    case .exitsReopened: French.count(count, "sortie de nouveau à décider", "sorties de nouveau à décider")
    case .exitsCancelled: French.count(count, "sortie annulée", "sorties annulées")
    case .transferred: French.count(count, "dossier transféré", "dossiers transférés")
    case .takenBack: French.count(count, "dossier rendu", "dossiers rendus")
    case .notesAdded: French.count(count, "note ajoutée", "notes ajoutées")
    case .standbysStarted: French.count(count, "dossier mis en veille", "dossiers mis en veille")
    case .stepReferentsNamed: French.count(count, "référent d’étape nommé", "référents d’étape nommés")
    case .documentsFiled: French.count(count, "document classé", "documents classés")
    }
  }

  var title: String {
    switch self {
    case .exitsAccepted: "Sorties acceptées"
    case .exitsDeclined: "Personnes gardées"
    case .exitsReopened: "Retour des sorties à décider"
    case .exitsCancelled: "Sorties annulées"
    case .transferred: "Transfert de file active"
    case .takenBack: "Transfert annulé"
    case .notesAdded: "Note ajoutée aux dossiers"
    case .standbysStarted: "Mise en veille"
    case .stepReferentsNamed: "Référent d’étape"
    case .documentsFiled: "Document classé dans les dossiers"
    }
  }

  /// What became of one dossier.
  var outcome: String {
    switch self {
    case .exitsAccepted: "Sortie acceptée"
    case .exitsDeclined: "Gardée dans la file active"
    case .exitsReopened: "De nouveau à décider"
    case .exitsCancelled: "Sortie annulée"
    case .transferred: "Transféré"
    case .takenBack: "Rendu à son référent"
    case .notesAdded: "Note ajoutée"
    case .standbysStarted: "En veille"
    case .stepReferentsNamed: "Référent d’étape nommé"
    case .documentsFiled: "Document classé"
    }
  }

  var back: Link {
    switch self {
    case .exitsAccepted, .exitsDeclined, .exitsReopened, .exitsCancelled: Link("Sorties proposées", "/sorties")
    case .transferred, .takenBack: Link("Files actives", "/files-actives")
    case .notesAdded, .standbysStarted, .stepReferentsNamed, .documentsFiled:
      Link("Bénéficiaires", "/beneficiaires?tri=recent")
    }
  }
}

extension Batch {
  var address: String { "/lots/\(id)" }

  /// Where a form that asked for it leads: on, where all is done; to its page, where it goes on or was refused in part.
  func answer(back: String) -> PageAnswer {
    guard endedAt != nil, refused == 0 else { return .see(address) }
    let undo = undoable ? Saying.Undo(address: "\(address)/annuler") : nil
    return .see(back, saying: "\(kind.done(done)).", undo: undo)
  }
}
