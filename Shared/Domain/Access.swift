/// The kinds of thing that identifiers name. They carry nothing: a service has its own types for what it stores.
public enum Account {}
public enum Organisation {}
public enum Territory {}
public enum Session {}
public enum Dossier {}
public enum Household {}

/// Which dossiers exist for a person (rule A1). Each has a database role of its own in every service.
public enum Scope: String, Codable, Sendable, CaseIterable {
  case own, organisation, territory, operation, enrolled, county, none
  /// Work that no person asked for at that moment: imports, consumers, reminders.
  case system
}

/// What a person is in the county (rule A1).
public enum Profile: String, Codable, Sendable, CaseIterable {
  case referent
  case referentFSE = "referent_fse"
  case accompagnateurEmploi = "accompagnateur_emploi"
  case secretariatDispositif = "secretariat_dispositif"
  case secretariatProximite = "secretariat_proximite"
  case secretariatStructure = "secretariat_structure"
  case chefDeService = "chef_de_service"
  case ali
  case gestionnaireFSE = "gestionnaire_fse"
  case operateur
  case siege
  case administrateur
  case dpo
  case exploitant

  /// The scope that the access table gives this profile; a county may narrow it in the administration, never widen it.
  public var scope: Scope {
    switch self {
    case .referent, .referentFSE, .accompagnateurEmploi: .own
    case .secretariatStructure: .organisation
    case .secretariatDispositif, .secretariatProximite, .chefDeService, .ali: .territory
    case .gestionnaireFSE: .operation
    case .operateur: .enrolled
    case .siege, .administrateur: .county
    case .dpo, .exploitant: .none
    }
  }

  /// Whether archived dossiers exist for it (rule C22).
  public var isArchivist: Bool {
    [.secretariatDispositif, .secretariatProximite, .secretariatStructure].contains(self)
  }

  /// As users name it.
  public var label: String {
    switch self {
    case .referent: "Référent de parcours"
    case .referentFSE: "Référent FSE"
    case .accompagnateurEmploi: "Accompagnateur emploi"
    case .secretariatDispositif: "Secrétariat de dispositif"
    case .secretariatProximite: "Secrétariat de proximité"
    case .secretariatStructure: "Secrétariat de structure"
    case .chefDeService: "Chef de service"
    case .ali: "Animatrice locale d’insertion"
    case .gestionnaireFSE: "Gestionnaire FSE"
    case .operateur: "Opérateur"
    case .siege: "Siège"
    case .administrateur: "Administrateur fonctionnel"
    case .dpo: "Délégué à la protection des données"
    case .exploitant: "Exploitant"
    }
  }
}

/// What may be done to the dossiers that exist for a person (rule A2).
public enum Right: String, Codable, Sendable, CaseIterable {
  case readDossiers
  case editContact
  case editCharacteristics
  case revealNIR
  case standby
  case exitDossier
  case cancelExit
  case nameStepReferent
  case transferCaseloads
  case bookAppointments
  case bookForOrganisation
  case draftContracts
  case moveContracts
  case decideContracts
  case printDecided
  case writeNotes
  case editSideData
  case depositDocuments
  case deleteDocuments
  case formalNotices
  case registerOnOffers
  case editOffers
  case attendance
  case gatherings
  case manageOperations
  case fseForms
  case fseExport
  case reports
  case administer
  case importFeed
  case readFeedRuns
  case readAudit
  case operate
}

extension Profile {
  /// The rights that the access table gives this profile: seeded as data by the first migration, then narrowed by the
  /// county.
  public var rights: Set<Right> {
    let referent: Set<Right> = [
      .readDossiers, .editContact, .editCharacteristics, .standby, .exitDossier, .bookAppointments, .draftContracts,
      .writeNotes, .editSideData, .depositDocuments, .deleteDocuments, .registerOnOffers, .gatherings, .reports,
    ]
    let secretariat: Set<Right> = [
      .readDossiers, .cancelExit, .nameStepReferent, .moveContracts, .formalNotices, .bookAppointments,
      .bookForOrganisation, .depositDocuments, .deleteDocuments, .printDecided, .revealNIR, .writeNotes, .reports,
    ]
    switch self {
    case .referent: return referent
    case .referentFSE: return referent.union([.fseForms])
    case .accompagnateurEmploi: return referent.union([.fseForms, .editOffers])
    case .secretariatDispositif: return secretariat
    case .secretariatProximite:
      return [
        .readDossiers, .nameStepReferent, .bookAppointments, .bookForOrganisation, .depositDocuments, .printDecided,
        .registerOnOffers, .revealNIR, .writeNotes, .reports,
      ]
    case .secretariatStructure:
      return [
        .readDossiers, .bookAppointments, .bookForOrganisation, .depositDocuments, .printDecided, .registerOnOffers,
        .revealNIR, .writeNotes, .reports,
      ]
    case .chefDeService, .ali:
      return secretariat.union([
        .decideContracts, .editOffers, .gatherings, .registerOnOffers, .transferCaseloads,
      ])
    case .gestionnaireFSE: return [.readDossiers, .manageOperations, .fseForms, .fseExport, .reports]
    case .operateur: return [.readDossiers, .attendance, .fseForms]
    case .siege: return [.readDossiers, .editOffers, .gatherings, .reports]
    case .administrateur:
      return [
        .readDossiers, .administer, .editOffers, .importFeed, .readFeedRuns, .revealNIR, .transferCaseloads,
      ]
    case .dpo: return [.readAudit]
    case .exploitant: return [.readFeedRuns, .operate]
    }
  }
}
