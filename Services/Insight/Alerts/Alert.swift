import API
import Domain
import Postgres
import Service

/// What may wait for a person. Raw values stand in addresses.
enum Alert: String, CaseIterable, Sendable {
  case exits = "sorties"
  case contracts = "contrats"
  case waiting = "cer-en-retard"
  case renewals = "renouvellements"
  case forms = "formulaires"
  case appointments = "entretiens"
  case summaries = "syntheses"
  case steps = "etapes"
  case standbys = "veilles"
  case notes = "notes"
  case unseen = "sans-rendez-vous"
  case unreachable = "sans-coordonnees"
  case characteristics = "caracteristiques"
  case signatures = "signatures"
  case withoutContract = "sans-cer"
  case notRefreshed = "non-actualises"
  case formalNotices = "midem"
  case operators = "operateurs"
  case messages = "messages"
  case withoutDuties = "nsdd"
  case closed = "droit-clos"
  case moved = "mutations"

  /// Counting goes no further: past it the number says nothing more to anybody.
  static let mostCounted = 1001

  struct Terms: Sendable {
    let label: String
    let summary: String
    /// One of these rights shows it: an alert is something that its reader can act on.
    let rights: [Right]
    var tone: InsightAlert.Tone = .waiting
    /// Whether it is among the favourites of who has chosen nothing.
    var isUsual = false
    /// From how many days on it counts, unless its reader chose another number; nil where it goes by none.
    var days: CountyDelay?
  }

  var terms: Terms {
    switch self {
    case .exits:
      Terms(
        label: "sorties à décider", summary: "Genesis propose la sortie de la file active",
        rights: [.exitDossier, .cancelExit], isUsual: true)
    case .contracts:
      Terms(
        label: "CER en attente", summary: "Contrats soumis, ou qui attendent une décision",
        rights: [.moveContracts, .decideContracts], isUsual: true)
    case .waiting:
      Terms(
        label: "CER en retard", summary: "Contrats soumis qui attendent depuis trop longtemps",
        rights: [.moveContracts, .decideContracts, .draftContracts], tone: .late, days: .contractWaiting)
    case .renewals:
      Terms(
        label: "CER à renouveler", summary: "Contrats validés échus ou qui vont l’être",
        rights: [.draftContracts, .moveContracts], tone: .late, isUsual: true, days: .renewal)
    case .forms:
      Terms(
        label: "formulaires FSE à saisir", summary: "Questionnaires d’entrée et de sortie attendus",
        rights: [.fseForms],
        tone: .late, isUsual: true)
    case .appointments:
      Terms(
        label: "entretiens à saisir", summary: "Rendez-vous passés dont rien ne dit s’ils ont été tenus",
        rights: [.bookAppointments], tone: .late, isUsual: true)
    case .summaries:
      Terms(
        label: "entretiens sans synthèse", summary: "Rendez-vous tenus dont la synthèse n’est pas écrite",
        rights: [.bookAppointments])
    case .unreachable:
      Terms(
        label: "coordonnées manquantes", summary: "Personnes sans téléphone ni adresse électronique",
        rights: [.editContact, .bookForOrganisation])
    case .steps, .standbys, .notes, .unseen, .notRefreshed, .operators, .messages, .characteristics, .signatures: watch
    case .formalNotices:
      Terms(
        label: "MIDEM demandées", summary: "Mises en demeure demandées et pas encore faites", rights: [.formalNotices],
        isUsual: true)
    case .withoutContract:
      Terms(
        label: "dossiers sans CER", summary: "Personnes suivies pour lesquelles aucun CER n’est saisi",
        rights: [.draftContracts, .moveContracts], isUsual: true)
    case .withoutDuties:
      Terms(
        label: "NSDD en file active", summary: "Personnes qui ne sont plus soumises aux droits et devoirs",
        rights: [.exitDossier, .cancelExit], isUsual: true)
    case .closed:
      Terms(
        label: "droits clos en file active", summary: "Personnes dont le droit est clos",
        rights: [.exitDossier, .cancelExit], isUsual: true)
    case .moved:
      Terms(
        label: "mutations", summary: "Personnes parties dans un autre département", rights: [.exitDossier, .cancelExit])
    }
  }

  /// Those that watch over time.
  private var watch: Terms {
    switch self {
    case .characteristics:
      Terms(
        label: "caractéristiques manquantes",
        summary: "Caractéristiques obligatoires que votre profil renseigne et qui sont vides",
        rights: [.editCharacteristics])
    case .signatures:
      Terms(
        label: "signatures en attente", summary: "CER présentés à la signature par SMS et pas encore signés",
        rights: [.draftContracts])
    case .steps:
      Terms(
        label: "étapes qui finissent", summary: "Étapes en cours dont la fin prévue approche ou est passée",
        rights: [.registerOnOffers, .fseForms], days: .alertSteps)
    case .standbys:
      Terms(
        label: "veilles qui finissent", summary: "Dossiers qui reviennent bientôt de veille",
        rights: [.standby, .cancelExit], days: .alertStandby)
    case .notes:
      Terms(
        label: "notes en cours", summary: "Notes ouvertes qui vous sont adressées, ou que vous avez écrites",
        rights: [.writeNotes], isUsual: true)
    case .unseen:
      Terms(
        label: "personnes sans rendez-vous", summary: "Aucun rendez-vous tenu depuis longtemps, ni prévu",
        rights: [.bookAppointments], days: .alertUnseen)
    case .notRefreshed:
      Terms(
        label: "dossiers non actualisés", summary: "Personnes que Genesis ne déverse plus",
        rights: [.exitDossier, .cancelExit], days: .alertRefresh)
    case .operators:
      Terms(
        label: "opérateurs sans réponse", summary: "Positionnements auxquels rien n’a fait suite",
        rights: [.registerOnOffers], days: .alertOperators)
    default:
      Terms(
        label: "messages non remis", summary: "SMS et courriels qui ne sont pas arrivés", rights: [.bookAppointments],
        tone: .late, days: .alertMessages)
    }
  }

  static func open(to caller: Caller) -> [Alert] { allCases.filter { $0.terms.rights.contains(where: caller.may) } }

  /// The secretariat moves what was submitted; who decides is shown what awaits a decision.
  static func states(for caller: Caller) -> [ContractState] {
    (caller.may(.moveContracts) ? [.submitted] : []) + (caller.may(.decideContracts) ? [.awaiting] : [])
  }

  /// - Parameter days: from how many days on, where it goes by a number of days.
  func dataset(for caller: Caller, days: Int, _ moment: Dataset.Moment) -> Dataset {
    switch self {
    case .exits: .proposedExits
    case .contracts: .contracts(in: Self.states(for: caller))
    case .waiting: .contractsWaiting(for: days, moment)
    case .renewals: .renewals(within: days, moment)
    case .forms: .formsDue
    case .appointments: .unsettledAppointments(moment, summaries: false)
    case .summaries: .unsettledAppointments(moment, summaries: true)
    case .steps: .stepsEnding(within: days, moment)
    case .standbys: .standbysEnding(within: days, moment)
    case .notes: .openNotes
    case .unseen: .unseen(for: days, moment)
    case .unreachable: .unreachable
    case .characteristics: .missingCharacteristics
    case .signatures: .pendingSignatures
    case .withoutContract: .withoutContract
    case .notRefreshed: .notRefreshed(for: days, moment)
    case .formalNotices: .formalNoticesAsked
    case .operators: .silentOperators(for: days, moment)
    case .messages: .failedMessages(within: days, moment)
    case .withoutDuties: .withoutDuties
    case .closed: .closedEntitlement
    case .moved: .moved
    }
  }
}

extension AlertFilter {
  /// What a dataset is narrowed to.
  var conditions: [SQL] {
    var conditions: [SQL] = []
    switch situation {
    case .active: conditions.append("d.state <> 'left'")
    case .left: conditions.append("d.state = 'left'")
    case .all: break
    }
    if scheme == .fse {
      conditions.append(
        """
        exists (select from fse.v1_participation q where q.dossier = d.id and q.from_date <= caller.today()
          and (q.until_date is null or q.until_date >= caller.today()))
        """)
    }
    return conditions
  }
}
