/// What an act of the audit log was, as somebody says it: « a ouvert le dossier ».
public enum AuditWords {
  public static func sentence(_ act: String) -> String {
    for sentences in [accounts, settings, dossiers, file, contracts, scheduling, offers, reports] {
      if let found = sentences[act] { return found }
    }
    // A version newer than these words, or a command line.
    return "Autre acte (\(act))"
  }

  /// What the page of an act showed besides, where its first call named it: « a lu les notes · a lu les étapes ».
  public static func shown(in object: String?) -> String? {
    let reads = (object ?? "").split(separator: " ").filter { $0.contains(".") }
    guard !reads.isEmpty else { return nil }
    let sentences = reads.map { sentence(String($0)) }
    return sentences.map { $0.prefix(1).lowercased() + $0.dropFirst() }.joined(separator: " · ")
  }

  private static let accounts = [
    "identity.addAccount": "A invité un collaborateur", "identity.changeAccount": "A modifié un compte",
    "identity.closeAccount": "A fermé un compte", "identity.confirmAccount": "A confirmé un compte",
    "identity.inviteAccount": "A créé un lien d’invitation", "identity.reopenAccount": "A rouvert un compte",
    "identity.listAccountSessions": "A consulté les sessions d’un compte",
    "identity.closeAccountSession": "A fermé une session d’un compte",
    "identity.closeAccountSessions": "A fermé les sessions d’un compte",
    "identity.withdrawSecondFactor": "A retiré le second facteur d’un compte",
    "identity.listAbnormalUses": "A consulté les usages inhabituels",
    "identity.showAbnormalUse": "A consulté un usage inhabituel",
    "identity.settleAbnormalUse": "A examiné un usage inhabituel",
    "identity.changeProfileRights": "A changé les droits d’un profil",
    "identity.changeSecurityRule": "A modifié les règles de sécurité d’un profil",
    "identity.changeCounty": "A modifié ce que le Département dit de lui",
    "identity.keepCountyLogo": "A changé le logo du Département",
    "identity.completeSignIn": "S’est connecté avec un code",
    "identity.beginSecondFactor": "A commencé l’ajout d’un second facteur",
    "identity.confirmSecondFactor": "A activé son second facteur",
    "identity.renewRecoveryCodes": "A renouvelé ses codes de secours",
    "identity.removeSecondFactor": "A retiré son second facteur",
    "identity.acceptInvitation": "A choisi son mot de passe avec une invitation",
    "identity.resetPassword": "A choisi un nouveau mot de passe avec un lien reçu par courriel",
    "identity.addAccessToken": "A créé un jeton d’accès", "identity.revokeAccessToken": "A révoqué un jeton d’accès",
    "identity.completeProviderSignIn": "S’est connecté par un fournisseur d’identité",
    "identity.addTerritory": "A ajouté un territoire", "identity.changeTerritory": "A renommé un territoire",
    "identity.addOrganisation": "A ajouté une structure", "identity.changeOrganisation": "A modifié une structure",
    "identity.signIn": "S’est connecté", "identity.signOut": "S’est déconnecté",
    "identity.addDelegation": "A confié ses dossiers à un collègue pendant son absence",
    "identity.endDelegation": "A mis fin à un remplacement",
    "identity.addAccountDelegation": "A fait remplacer un collaborateur absent",
    "identity.endAccountDelegation": "A mis fin au remplacement d’un collaborateur",
    "identity.switchProfile": "A changé de profil", "identity.closeSession": "A fermé une de ses sessions",
    "identity.changeOwnPhone": "A changé son téléphone professionnel",
    "identity.changePassword": "A changé son mot de passe", "identity.listAudit": "A consulté le journal d’audit",
    "identity.exportAudit": "A exporté le journal d’audit",
    "identity.changeAuditRetention": "A changé la durée de conservation du journal d’audit",
  ]

  private static let settings = Dictionary(
    ServiceName.withLists.flatMap { service in
      [
        ("\(service.rawValue).addListEntry", "A ajouté une valeur à une liste"),
        ("\(service.rawValue).changeListEntry", "A modifié une valeur d’une liste"),
        ("\(service.rawValue).orderList", "A changé l’ordre d’une liste"),
      ]
    } + ServiceName.withDelays.map { ("\($0.rawValue).changeDelay", "A décidé d’un délai") }
      + ServiceName.withJobs.map { ("\($0.rawValue).cancelOwnJob", "A arrêté un de ses travaux") }
      + ServiceName.withTexts.map { ("\($0.rawValue).changeText", "A modifié un texte envoyé") }
      + ServiceName.withModels.flatMap { service in
        [
          ("\(service.rawValue).addModel", "A ajouté un modèle"),
          ("\(service.rawValue).changeModel", "A modifié un modèle"),
          ("\(service.rawValue).depositModel", "A déposé le document d’un modèle"),
          ("\(service.rawValue).chooseModel", "A choisi le document d’un modèle"),
        ]
      }
  ) { first, _ in first }

  private static let dossiers = [
    "dossiers.showNIR": "A affiché le NIR en entier",
    "dossiers.findDocuments": "A cherché des documents par leur nom",
    "dossiers.findByNIR": "A cherché une personne par son NIR",
    "dossiers.showDossier": "A ouvert le dossier", "dossiers.listEntitlement": "A lu l’historique des droits",
    "dossiers.listTimeline": "A lu la frise du dossier", "dossiers.changeContact": "A modifié les coordonnées",
    "dossiers.decideProposedExit": "A décidé d’une sortie proposée",
    "dossiers.decideProposedExits": "A décidé de plusieurs sorties proposées",
    "dossiers.cancelExits": "A annulé plusieurs sorties", "dossiers.undoBatch": "A annulé un traitement groupé",
    "dossiers.transferCaseload": "A transféré une file active",
    "dossiers.setCapacity": "A fixé la capacité d’un référent",
    "dossiers.recordExit": "A enregistré la sortie", "dossiers.cancelExit": "A annulé la sortie",
    "dossiers.nameStepReferent": "A nommé un référent d’étape",
    "dossiers.changeStepReferent": "A changé les dates d’un référent d’étape",
    "dossiers.endStepReferent": "A mis fin à l’accès d’un référent d’étape",
    "dossiers.importFeed": "A déposé un fichier de Genesis",
    "dossiers.restartFeed": "A relancé un déversement interrompu",
    "dossiers.withdrawFeedDate": "A écarté la date de référence d’un flux",
    "dossiers.listFeedRows": "A lu le détail d’un déversement",
    "dossiers.applyFeed": "A appliqué un essai du flux",
    "dossiers.exportFeedRows": "A exporté le détail d’un déversement",
    "dossiers.changeFeedDeadline": "A changé l’heure attendue du flux",
    "dossiers.listAbsentees": "A lu qui n’est plus déversé", "dossiers.listFeedAsides": "A lu les foyers mis de côté",
    "dossiers.showFeedAside": "A ouvert un foyer mis de côté",
    "dossiers.correctFeedAside": "A corrigé un foyer mis de côté",
    "dossiers.dismissFeedAside": "A laissé un foyer de côté",
    "dossiers.addFeedSample": "A déposé un échantillon de fichier du département",
    "dossiers.showFeedSample": "A regardé un échantillon de fichier du département",
    "dossiers.checkFeedSample": "A vérifié une correspondance sur un échantillon",
    "dossiers.addFeedMapping": "A enregistré une correspondance de fichier",
    "dossiers.changeFeedMapping": "A modifié une correspondance de fichier",
    "dossiers.reopenFeedAside": "A repris un foyer laissé de côté", "dossiers.listNotes": "A lu les notes",
    "dossiers.listDocuments": "A lu la liste des documents", "dossiers.depositDocument": "A déposé un document",
    "dossiers.showDocument": "A regardé un document", "dossiers.downloadDocument": "A ouvert un document",
    "dossiers.changeDocument": "A modifié un document", "dossiers.removeDocument": "A supprimé un document",
    "dossiers.summarizeDocuments": "A lu le résumé des documents",
    "dossiers.listDocumentFolders": "A lu les dossiers de classement",
    "dossiers.openDocumentFolder": "A ouvert un dossier de classement",
    "dossiers.changeDocumentType": "A modifié la nomenclature des documents",
    "dossiers.produceLetter": "A produit un courrier", "dossiers.orderLetters": "A produit des courriers groupés",
    "dossiers.downloadLetters": "A téléchargé des courriers groupés",
    "dossiers.downloadLetterTable": "A téléchargé la liste de courriers groupés",
    "dossiers.addNote": "A ajouté une note", "dossiers.closeNote": "A clos une note",
    "dossiers.listStandbys": "A lu les mises en veille", "dossiers.startStandby": "A mis le dossier en veille",
    "dossiers.changeStandby": "A modifié une mise en veille", "dossiers.removeStandby": "A supprimé une mise en veille",
  ]

  private static let file = [
    "dossiers.showCharacteristics": "A lu les caractéristiques",
    "dossiers.updateCharacteristics": "A modifié des caractéristiques",
    "dossiers.listCharacteristicHistory": "A lu l’historique des caractéristiques",
    "dossiers.listMissingCharacteristics": "A consulté les caractéristiques requises qui manquent",
    "dossiers.changeModelFiling": "A choisi où un modèle se range",
    "dossiers.addCharacteristic": "A défini une caractéristique",
    "dossiers.changeCharacteristic": "A modifié la définition d’une caractéristique",
    "dossiers.listFormalNotices": "A lu les mises en demeure",
    "dossiers.requestFormalNotice": "A demandé une mise en demeure",
    "dossiers.withdrawFormalNotice": "A retiré une demande de mise en demeure",
    "dossiers.listFormalNoticeRequests": "A consulté la liste des mises en demeure",
    "dossiers.listSideData": "A lu les données du bénéficiaire",
    "dossiers.addSideDatum": "A ajouté une donnée du bénéficiaire",
    "dossiers.changeSideDatum": "A modifié une donnée du bénéficiaire",
    "dossiers.closeSideDatum": "A clos une donnée du bénéficiaire",
  ]

  private static let contracts = [
    "contracts.dossierContracts": "A lu la liste des contrats", "contracts.draftContract": "A préparé un contrat",
    "contracts.showContract": "A ouvert un contrat", "contracts.reviseContract": "A modifié un contrat",
    "contracts.removeContract": "A supprimé un contrat", "contracts.addObjective": "A ajouté un objectif",
    "contracts.reviseObjective": "A modifié un objectif", "contracts.removeObjective": "A supprimé un objectif",
    "contracts.linkObjective": "A relié un objectif à une étape",
    "contracts.recordConsent": "A enregistré l’accord de la personne",
    "contracts.listDocuments": "A vu les documents d’un contrat",
    "contracts.startSignature": "A préparé un contrat à signer par SMS",
    "contracts.showSignature": "A vu une signature par SMS",
    "contracts.sendSignatureCode": "A envoyé un code de signature",
    "contracts.confirmSignature": "A fait signer un contrat par SMS",
    "contracts.showSignaturePage": "A vu un contrat à signer",
    "contracts.downloadSignatureFile": "A téléchargé un contrat signé ou sa preuve",
    "contracts.checkSignedDocument": "A vérifié un document signé",
    "contracts.addScan": "A joint un contrat numérisé",
    "contracts.downloadScan": "A téléchargé un contrat numérisé",
    "contracts.listToHandOver": "A consulté les contrats à remettre",
    "contracts.recordHandover": "A noté la remise d’un contrat",
    "contracts.mailDocument": "A envoyé un contrat à la personne par courriel",
    "contracts.downloadReceipt": "A téléchargé une preuve d’envoi",
    "contracts.printDossierBlank": "A produit un contrat vierge",
    "contracts.moveContract": "A fait avancer un contrat", "contracts.reviseDecision": "A repris une décision",
    "contracts.listContracts": "A consulté une liste de contrats",
    "contracts.changeTransitions": "A modifié le circuit du CER",
    "contracts.changeSubmissionTerms": "A modifié ce qui est demandé avant de soumettre un contrat",
    "contracts.listObjectives": "A lu les objectifs des contrats",
    "contracts.listContractChanges": "A lu les modifications d’un contrat",
    "contracts.moveContracts": "A fait avancer plusieurs contrats",
    "contracts.listWithoutContract": "A consulté les personnes sans contrat",
    "contracts.exportContracts": "A exporté une liste de contrats",
    "contracts.listRenewals": "A consulté les contrats à renouveler", "contracts.printContract": "A imprimé un contrat",
  ]

  private static let scheduling = [
    "scheduling.showAgenda": "A consulté un agenda", "scheduling.shareAgenda": "A partagé son agenda",
    "scheduling.unshareAgenda": "A cessé de partager son agenda",
    "scheduling.listAppointments": "A lu la liste des rendez-vous",
    "scheduling.showAttendance": "A lu les absences aux rendez-vous",
    "scheduling.bookAppointment": "A pris un rendez-vous", "scheduling.bookBatch": "A pris des rendez-vous groupés",
    "scheduling.showAppointment": "A ouvert un rendez-vous", "scheduling.changeAppointment": "A modifié un rendez-vous",
    "scheduling.recordOutcome": "A saisi la suite d’un rendez-vous",
    "scheduling.deleteAppointment": "A supprimé un rendez-vous",
    "scheduling.listPendingOutcomes": "A consulté les entretiens à saisir",
    "scheduling.listOutgoingMessages": "A consulté les messages envoyés", "scheduling.addPlace": "A ajouté un lieu",
    "scheduling.changePlace": "A modifié un lieu",
    "scheduling.printMeetingSummons": "A imprimé les convocations d’une réunion collective",
    "scheduling.printSummons": "A imprimé une convocation",
    "scheduling.listSummonsModels": "A regardé les modèles de convocation d’un rendez-vous",
    "scheduling.listSendings": "A lu les envois d’un rendez-vous",
    "scheduling.recordSending": "A noté l’envoi d’une convocation",
    "scheduling.planMeeting": "A prévu une réunion collective",
    "scheduling.listAttendees": "A lu la liste d’une réunion collective",
    "scheduling.recordAttendance": "A saisi les présences d’une réunion collective",
    "scheduling.addAbsence": "A saisi une absence", "scheduling.removeAbsence": "A retiré une absence",
    "scheduling.setWorkingHours": "A changé ses heures de travail",
    "scheduling.openCalendarFeed": "A créé l’adresse secrète de son calendrier",
    "scheduling.changeCalendarFeed": "A changé ce que montre l’adresse secrète de son calendrier",
    "scheduling.closeCalendarFeed": "A retiré l’adresse secrète de son calendrier",
    "scheduling.readCalendar": "Son calendrier a été lu par un autre programme",
  ]

  private static let offers = [
    "fse.addOperator": "A ajouté un opérateur", "fse.changeOperator": "A modifié un opérateur",
    "fse.deleteOperator": "A supprimé un opérateur", "fse.addOffer": "A ajouté une offre",
    "fse.changeOffer": "A modifié une offre", "fse.deleteOffer": "A supprimé une offre",
    "fse.addOperation": "A ajouté une opération FSE",
    "fse.changeOperation": "A modifié une opération FSE", "fse.deleteOperation": "A supprimé une opération FSE",
    "fse.listParticipations": "A lu la liste des participations FSE",
    "fse.showParticipation": "A ouvert une participation FSE",
    "fse.changeParticipation": "A modifié une participation FSE",
    "fse.endParticipation": "A mis fin à une participation FSE", "fse.showForm": "A ouvert un questionnaire FSE",
    "fse.saveForm": "A rempli un questionnaire FSE", "fse.listDueForms": "A consulté les questionnaires FSE attendus",
    "fse.addQuestionnaires": "A ajouté des questionnaires FSE",
    "fse.listOfferSteps": "A consulté les inscrits d’une offre", "fse.listSteps": "A lu le parcours",
    "fse.register": "A inscrit la personne sur une offre", "fse.showStep": "A ouvert une étape",
    "fse.changeStep": "A modifié une étape", "fse.shortenStep": "A raccourci une étape",
    "fse.convertPositioning": "A transformé un positionnement en étape",
    "fse.participate": "A ouvert une participation FSE sur une étape", "fse.deleteStep": "A supprimé une étape",
  ]

  private static let reports = [
    "insight.showHome": "A ouvert son accueil",
    "insight.showReport": "A consulté un état", "insight.exportReport": "A exporté un état",
    "insight.listActivity": "A ouvert un chiffre de son tableau de bord",
    "insight.downloadExport": "A téléchargé un état exporté",
  ]
}
