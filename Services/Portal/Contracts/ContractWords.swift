import API
import Domain
import Foundation

// How the states of a contract are worded and coloured, on every page.

func contractName(_ kind: ContractRecord.Kind, _ number: Int) -> String { "\(kind.label) n°\u{A0}\(number)" }

/// « du 1er avril 2026 au 30 septembre 2026 ».
func contractPeriod(_ from: CalendarDate, _ until: CalendarDate?) -> String {
  until.map { "du \(French.long(from)) au \(French.long($0))" } ?? "à partir du \(French.long(from)), sans date de fin"
}

extension ContractState {
  /// The states that wait for the service.
  static let toTreat: [ContractState] = [.submitted, .studied, .awaiting]

  var badge: Badge {
    switch self {
    case .proposition: Badge(label, .neutral, icon: .edit)
    case .submitted: Badge(label, .info, icon: .send)
    case .studied: Badge(label, .info, icon: .users)
    case .awaiting: Badge(label, .waiting, icon: .clock)
    case .accepted: Badge(label, .done, icon: .check)
    case .refused: Badge(label, .late, icon: .x)
    }
  }

  /// The word of the address: `etat=soumis`.
  var word: String {
    switch self {
    case .proposition: "proposition"
    case .submitted: "soumis"
    case .studied: "etude"
    case .awaiting: "attente"
    case .accepted: "valide"
    case .refused: "non-valide"
    }
  }

  init?(word: String?) {
    guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = state
  }

  /// What a passage does, said before it is made.
  func consequences(movingTo next: ContractState) -> [String] {
    var told: [String] = []
    if isDecided {
      told.append("La décision, sa date et son auteur sont retirés du contrat ; le commentaire est conservé.")
    }
    switch next {
    case .proposition: told.append("Le référent peut de nouveau le modifier, puis le soumettre.")
    case .submitted:
      told.append(
        self == .proposition ? "Vous ne pourrez plus le modifier." : "Il revient parmi les contrats soumis à l’étude.")
      if self == .proposition { told.append("Le secrétariat le trouve parmi les contrats à traiter.") }
    case .studied: told.append("Il est marqué pour l’étude approfondie en commission.")
    case .awaiting: told.append("Il attend la décision, parmi les contrats à traiter.")
    case .accepted: told.append("Il devient valable aux dates indiquées. Le document de décision est à imprimer.")
    case .refused: told.append("Il passe à « Non validé ». Le document de décision est à imprimer.")
    }
    if next.isDecided { told.append("Le référent retrouve la décision sur son accueil.") }
    return told
  }
}

extension ContractRecord.Consent {
  var badge: Badge {
    switch self {
    case .none: Badge(label, .waiting, icon: .clock)
    case .sms: Badge(label, .done, icon: .sms)
    case .yes: Badge(label, .done, icon: .check)
    case .no: Badge(label, .late, icon: .x)
    }
  }
}

extension ContractSheet {
  /// The way of this contract: the states it went through, the one it is in, those ahead.
  var stages: Stages {
    let order: [ContractState] = [.proposition, .submitted, .studied, .awaiting]
    let here = order.firstIndex(of: contract.state) ?? order.count
    var days: [ContractState: CalendarDate] = [:]
    for change in history { days[change.to] = CalendarDate(change.at) }
    var stages: [Stage] = []
    for (index, state) in order.enumerated() {
      let day = days[state].map(French.long)
      // The commission and the wait are not on everybody's way.
      if index < here, index > 1, day == nil { continue }
      stages.append(
        Stage(state.label, index < here ? .past : index == here ? .current : .ahead, detail: index > here ? nil : day)
      )
    }
    let isDecided = contract.state.isDecided
    let decidedOn = contract.decidedOn ?? days[contract.state]
    stages.append(
      Stage(
        isDecided ? contract.state.label : "Décision", isDecided ? .current : .ahead,
        detail: isDecided ? decidedOn.map(French.long) : nil))
    return Stages("Validation du contrat", stages)
  }
}

/// How long a contract has waited in its state.
func waiting(_ days: Int) -> String {
  days <= 0 ? "depuis aujourd’hui" : "depuis \(French.count(days, "jour"))"
}
