import Domain

/// A delay, or a way of doing, that the county decides. Each is declared here once; its values are kept, with their dates,
/// by the service that goes by them.
public enum CountyDelay: String, Payload, CaseIterable {
  case handover
  case stepAccess = "step_access"
  case standbyReturn = "standby_return"
  case partnerExit = "partner_exit"
  case batchTrace = "batch_trace"
  case feedTrial = "feed_trial"
  case archive
  case renewal
  case contractWaiting = "contract_waiting"
  case contractNews = "contract_news"
  case reminder
  case smsFrom = "sms_from"
  case smsUntil = "sms_until"
  case calendarInvitation = "calendar_invitation"
  case slotSearch = "slot_search"
  case exitAppointments = "exit_appointments"
  case operatorReminder = "operator_reminder"
  case operatorAnswer = "operator_answer"
  case decisionTold = "decision_told"
  case alertSteps = "alert_steps"
  case alertStandby = "alert_standby"
  case alertUnseen = "alert_unseen"
  case alertRefresh = "alert_refresh"
  case alertOperators = "alert_operators"
  case alertMessages = "alert_messages"
  case invitation
  case passwordReset = "password_reset"
  case accessToken = "access_token"

  /// What the value counts.
  public enum Unit: Sendable, Equatable {
    case days, hours
    /// The value is an hour of the day.
    case clock
    /// The value is the place of what is chosen.
    case choice([String])
  }

  public var service: ServiceName { terms.service }
  public var label: String { terms.label }
  /// What it acts on, in a sentence.
  public var effect: String { terms.effect }
  public var unit: Unit { terms.unit }
  /// What holds while the county has decided nothing.
  public var standard: Int { terms.standard }
  public var range: ClosedRange<Int> { terms.range }
  /// Where the rule comes from.
  public var source: String { terms.source }

  /// A value as one reads it: « 30 jours ».
  public func text(_ value: Int) -> String {
    switch unit {
    case .days: value == 1 ? "1 jour" : value == 0 ? "aucun jour" : "\(value) jours"
    case .clock: "\(value) h"
    case .hours: value == 1 ? "1 heure" : "\(value) heures"
    case .choice(let words): words.indices.contains(value) ? words[value] : String(value)
    }
  }

  private struct Terms {
    let service: ServiceName
    let label: String
    let effect: String
    var unit: Unit
    let standard: Int
    let range: ClosedRange<Int>
    let source: String
  }

  private static func days(
    _ service: ServiceName, _ label: String, _ effect: String, _ standard: Int, _ range: ClosedRange<Int>,
    _ source: String
  ) -> Terms {
    Terms(
      service: service, label: label, effect: effect, unit: .days, standard: standard, range: range, source: source)
  }

  private static func hours(
    _ service: ServiceName, _ label: String, _ effect: String, _ standard: Int, _ range: ClosedRange<Int>,
    _ source: String
  ) -> Terms {
    var terms = days(service, label, effect, standard, range, source)
    terms.unit = .hours
    return terms
  }

  private static func clock(_ label: String, _ effect: String, _ standard: Int, _ range: ClosedRange<Int>) -> Terms {
    var terms = days(.scheduling, label, effect, standard, range, "Pratique de Jalons : aucun SMS la nuit")
    terms.unit = .clock
    return terms
  }

  private var terms: Terms {
    switch self {
    case .handover:
      Self.days(
        .dossiers, "Accès après une réorientation",
        "L’ancien référent garde un accès de référent d’étape pour finir ses saisies. Les accès déjà ouverts gardent leur date.",
        30, 1...180, "Pratique de Jalons : le guide laisse l’ancien référent sans accès dès le changement")
    case .stepAccess:
      Self.days(
        .dossiers, "Référent d’étape : durée proposée",
        "Quand on nomme un référent d’étape, sa fin est proposée à ce délai. Qui le nomme peut en choisir une autre.",
        30, 1...366, "Guide, « Différence entre fin d’accompagnement et réorientation » : un mois")
    case .standbyReturn:
      Terms(
        service: .dossiers, label: "Fin d’une veille",
        effect: "Ce que devient le dossier le lendemain de la date de fin de sa veille.",
        unit: .choice(["le dossier revient de lui-même en entrée", "le référent le remet en entrée"]), standard: 0,
        range: 0...1, source: "Guide, « Veille » : retour manuel ; Jalons propose le retour automatique")
    case .partnerExit:
      Self.days(
        .dossiers, "Sortie du conjoint, une fois refusée",
        "Une sortie proposée parce que le conjoint sort, et refusée, n’est pas proposée de nouveau avant ce délai.",
        60, 0...366, "Pratique de Jalons")
    case .batchTrace:
      Self.days(
        .dossiers, "Compte rendu d’un traitement groupé",
        "Qui a lancé un traitement peut lire ce qu’il a fait de chaque dossier pendant ce délai.", 90, 7...1830,
        "Pratique de Jalons : minimisation des données (RGPD, article 5)")
    case .feedTrial:
      Self.days(
        .dossiers, "Fichier d’un essai du flux",
        "Le fichier essayé et non appliqué est effacé après ce délai.", 7, 1...60,
        "Pratique de Jalons : minimisation des données (RGPD, article 5)")
    case .archive:
      Self.days(
        .dossiers, "Archivage d’un dossier",
        "Un dossier sorti de la file active est archivé après ce délai : les secrétariats seuls y ont encore accès, en lecture.",
        730, 30...3660, "Guide, « Qui a accès au dossier » ; référentiel de la CNIL : deux ans après le dernier contact"
      )
    case .renewal:
      Self.days(
        .contracts, "CER à renouveler",
        "La liste, l’alerte et l’état montrent d’abord les contrats qui finissent dans ce délai, et ceux qui sont finis.",
        60, 0...366, "Guide, « CER à renouveler »")
    case .contractWaiting:
      Self.days(
        .contracts, "Contrat qui attend trop",
        "Au-delà, un contrat à traiter est marqué dans les listes du secrétariat.", 14, 1...180, "Pratique de Jalons")
    case .contractNews:
      Self.days(
        .contracts, "Décisions récentes",
        "L’accueil du référent montre les décisions rendues sur ses contrats pendant ce délai.", 14, 1...90,
        "Pratique de Jalons")
    case .reminder:
      Self.hours(
        .scheduling, "Rappel d’un rendez-vous",
        "Le SMS part tant d’heures avant l’entretien. Les rappels déjà prévus gardent leur heure.", 48, 1...336,
        "Guide, « Rappel de rendez-vous par SMS »")
    case .smsFrom:
      Self.clock(
        "SMS : pas avant", "Un rappel qui tomberait plus tôt part à cette heure. Un code demandé part toujours.", 8,
        5...12)
    case .smsUntil:
      Self.clock(
        "SMS : pas après", "Un rappel qui tomberait plus tard part le lendemain matin. Un code demandé part toujours.",
        20, 13...23)
    case .calendarInvitation:
      Terms(
        service: .scheduling, label: "Invitation d’agenda à la personne",
        effect:
          "Ce qui part quand un rendez-vous est pris, déplacé ou annulé, si le dossier a une adresse électronique.",
        unit: .choice(["rien ne part", "un courriel avec une invitation d’agenda"]), standard: 0, range: 0...1,
        source: "Pratique de Jalons : le guide n’en dit rien")
    case .slotSearch:
      Self.days(
        .scheduling, "Recherche d’une heure libre",
        "Quand l’heure demandée est prise, Jalons cherche la prochaine heure libre dans ce délai.", 14, 1...60,
        "Pratique de Jalons")
    case .exitAppointments:
      Terms(
        service: .scheduling, label: "Rendez-vous après une sortie",
        effect:
          "Ce que deviennent les rendez-vous que le référent avait après le dernier jour, quand la sortie ne le dit pas.",
        unit: .choice(["ils sont annulés et leur rappel ne part pas", "ils restent dans l’agenda du référent"]),
        standard: 0, range: 0...1, source: "Pratique de Jalons : le guide n’en dit rien")
    case .operatorReminder:
      Self.days(
        .fse, "Rappel à l’opérateur",
        "L’opérateur qui n’a pas répondu à une inscription reçoit un rappel après ce délai.", 7, 1...180,
        "Pratique de Jalons")
    case .operatorAnswer:
      Self.days(
        .fse, "Réponse de l’opérateur",
        "Sans réponse à ce délai, la demande est sans suite et le référent en est averti. L’opérateur peut encore répondre.",
        15, 1...366, "Pratique de Jalons")
    case .decisionTold:
      Terms(
        service: .scheduling, label: "Décision sur un CER : la personne",
        effect:
          "Ce que la personne reçoit quand son contrat est validé, ou ne l’est pas, si elle ne refuse pas les SMS.",
        unit: .choice(["rien : son référent le lui dit", "un SMS, dont les mots sont à la page « Textes »"]),
        standard: 0,
        range: 0...1, source: "Pratique de Jalons : le guide n’en dit rien")
    case .alertSteps:
      Self.days(
        .insight, "Alerte : étapes qui finissent", "L’alerte montre les étapes dont la fin prévue vient dans ce délai.",
        30, 0...366, "Guide, « Créer une alerte »")
    case .alertStandby:
      Self.days(
        .insight, "Alerte : veilles qui finissent", "L’alerte montre les veilles qui finissent dans ce délai.", 30,
        0...366, "Guide, « Veille »")
    case .alertUnseen:
      Self.days(
        .insight, "Alerte : personnes sans rendez-vous",
        "L’alerte montre les personnes suivies sans rendez-vous tenu depuis ce délai, ni prévu.", 90, 7...730,
        "Pratique de Jalons")
    case .alertRefresh:
      Self.days(
        .insight, "Dossiers plus actualisés",
        "L’alerte et le rapport « Sorties de file active » montrent les dossiers que Genesis ne déverse plus depuis ce délai.",
        5, 1...180, "Guide, « Sorties de file active »")
    case .alertOperators:
      Self.days(
        .insight, "Alerte : opérateurs sans réponse",
        "L’alerte montre les positionnements auxquels rien n’a fait suite depuis ce délai.", 15, 1...366,
        "Pratique de Jalons")
    case .alertMessages:
      Self.days(
        .insight, "Alerte : messages non remis", "L’alerte montre les messages qui ont échoué depuis ce délai.", 15,
        1...90, "Pratique de Jalons")
    case .invitation:
      Self.hours(
        .identity, "Invitation d’un collaborateur",
        "Le lien qui sert à choisir son premier mot de passe se périme après ce délai.", 24, 1...336,
        "Guide, « Se connecter » ; recommandations de l’ANSSI")
    case .passwordReset:
      Self.hours(
        .identity, "Mot de passe oublié",
        "Le lien qui sert à choisir un nouveau mot de passe se périme après ce délai.", 1, 1...24,
        "Recommandations de l’ANSSI relatives à l’authentification")
    case .accessToken:
      Self.days(
        .identity, "Jeton d’accès : durée proposée",
        "Quand on crée un jeton pour un programme, sa fin est proposée à ce délai. Un an reste le plus long.", 90,
        1...365, "Pratique de Jalons")
    }
  }
}

extension CountyDelay {
  /// What is accepted, in a sentence.
  public var boundsText: String {
    if case .choice = unit { return "Choisissez l’une des réponses proposées." }
    return "Indiquez un nombre entre \(range.lowerBound) et \(range.upperBound)."
  }
}
