import Domain

/// What rights are about, as a page shows them together.
enum RightSubject: String, CaseIterable, Sendable {
  case dossiers, caseloads, appointments, contracts, offers, running

  var title: String {
    switch self {
    case .dossiers: "Dossiers"
    case .caseloads: "Files actives"
    case .appointments: "Rendez-vous"
    case .contracts: "Contrats et mises en demeure"
    case .offers: "Offres, étapes et FSE"
    case .running: "Administration et surveillance"
    }
  }
}

extension Right {
  /// Those of parts of Jalons that are still to come: nothing asks for them yet, so a page does not offer to take them.
  /// Whoever builds the part takes its rights out of here.
  static let awaited: Set<Right> = [
    .depositDocuments, .deleteDocuments, .attendance, .gatherings, .fseExport,
  ]

  var subject: RightSubject {
    switch self {
    case .readDossiers, .editContact, .editCharacteristics, .revealNIR, .writeNotes, .editSideData, .depositDocuments,
      .deleteDocuments, .reports:
      .dossiers
    case .standby, .exitDossier, .cancelExit, .nameStepReferent, .transferCaseloads: .caseloads
    case .bookAppointments, .bookForOrganisation: .appointments
    case .draftContracts, .moveContracts, .decideContracts, .printDecided, .formalNotices: .contracts
    case .registerOnOffers, .editOffers, .attendance, .gatherings, .manageOperations, .fseForms, .fseExport: .offers
    case .administer, .importFeed, .readFeedRuns, .readAudit, .operate: .running
    }
  }

  /// As somebody says it: « Prendre des rendez-vous ».
  var label: String {
    switch self {
    case .readDossiers: "Consulter les dossiers"
    case .editContact: "Corriger les coordonnées"
    case .editCharacteristics: "Modifier les caractéristiques"
    case .revealNIR: "Voir le NIR en entier"
    case .standby: "Mettre en veille"
    case .exitDossier: "Sortir de la file active"
    case .cancelExit: "Annuler une sortie"
    case .nameStepReferent: "Nommer un référent d’étape"
    case .transferCaseloads: "Transférer des files actives"
    case .bookAppointments: "Prendre des rendez-vous"
    case .bookForOrganisation: "Prendre des rendez-vous pour toute la structure"
    case .draftContracts: "Élaborer des CER"
    case .moveContracts: "Faire avancer les CER"
    case .decideContracts: "Décider des CER"
    case .printDecided: "Imprimer les CER décidés"
    case .writeNotes: "Écrire des notes"
    case .editSideData: "Renseigner difficultés, souhaits et autres données"
    case .depositDocuments: "Déposer des documents"
    case .deleteDocuments: "Supprimer des documents"
    case .formalNotices: "Traiter les mises en demeure"
    case .registerOnOffers: "Inscrire sur des offres"
    case .editOffers: "Créer et modifier des offres"
    case .attendance: "Saisir les présences"
    case .gatherings: "Organiser des actions collectives"
    case .manageOperations: "Gérer les opérations FSE"
    case .fseForms: "Remplir les questionnaires FSE"
    case .fseExport: "Exporter les données FSE"
    case .reports: "Consulter et exporter les états"
    case .administer: "Administrer Jalons"
    case .importFeed: "Déposer et corriger le flux Genesis"
    case .readFeedRuns: "Suivre les déversements"
    case .readAudit: "Consulter le journal d’audit"
    case .operate: "Surveiller les services"
    }
  }
}
