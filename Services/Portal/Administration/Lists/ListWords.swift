import API

extension CountyListName {
  var title: String {
    switch self {
    case .standbyReason: "Motifs de veille"
    case .characteristicFamily: "Familles de caractéristiques"
    case .difficulty: "Difficultés"
    case .sector: "Secteurs d’activité"
    case .documentFolder: "Dossiers de classement"
    case .documentType: "Types de document"
    case .objectiveTheme: "Thèmes d’objectif"
    case .contractPriority: "Priorités de contrat"
    case .appointmentKind: "Types d’entretien"
    case .appointmentTheme: "Thèmes d’entretien"
    case .offerClass: "Classes d’offres"
    case .endReason: "Motifs de fin d’étape"
    case .gatheringKind: "Types d’évènement"
    case .characteristic: "Caractéristiques de fin d’étape"
    }
  }

  /// Where its entries are chosen and seen.
  var use: String {
    switch self {
    case .standbyReason: "Se choisit à la mise en veille d’un dossier, se lit dans ses veilles et dans sa frise."
    case .characteristicFamily: "Range les caractéristiques au résumé d’un dossier et dans la recherche de cas."
    case .difficulty: "Se choisit dans les données d’un bénéficiaire, et ne sort pas de son dossier."
    case .sector: "Se choisit parmi les souhaits d’un bénéficiaire."
    case .documentFolder: "S’ouvre dans le dossier d’une personne pour y classer ses documents."
    case .documentType: "Se choisit en déposant un document. La nomenclature dit où il se range et comment il se nomme."
    case .objectiveTheme: "Se choisit pour chaque objectif d’un contrat et s’imprime avec lui."
    case .contractPriority:
      "Se choisit en préparant un contrat. L’ordre de la liste est celui dans lequel le secrétariat les traite."
    case .appointmentKind: "Se choisit en prenant un rendez-vous, se lit dans l’agenda et les listes d’entretiens."
    case .appointmentTheme: "Se choisit en prenant un rendez-vous, se lit dans l’agenda et les listes d’entretiens."
    case .offerClass: "Range les offres de service, dans leur liste et quand on positionne une personne."
    case .endReason: "Se choisit quand une étape du parcours ou un passage en convention prend fin."
    case .characteristic: "Se demande par une offre, et se saisit avec le bilan de ses étapes."
    case .gatheringKind: "Se choisit en créant un évènement, se lit dans la liste des évènements."
    }
  }

  var address: String { "\(listsAddress)/\(rawValue)" }
}

extension ListEntry {
  var badge: Badge { open ? Badge("Proposée", .done, icon: .check) : Badge("Fermée", .neutral, icon: .lock) }

  func address(in list: CountyListName, _ part: String = "") -> String {
    "\(list.address)/valeurs/\(code)" + (part.isEmpty ? "" : "/\(part)")
  }
}

extension ListChange {
  /// What was done, and what it changed, as somebody says it.
  func words(in list: CountyList) -> (what: String, changes: [Change]) {
    let name = "« \(code.map(list.label) ?? "") »"
    guard code != nil else {
      let (former, next) = (before?.order ?? [], after.order ?? [])
      let moved = former.indices.filter { former[$0] != next[safe: $0] }.map { former[$0] }
      return (
        "Ordre changé",
        moved.map { code in
          Change(list.label(of: code), from: place(of: code, in: former), to: place(of: code, in: next))
        }
      )
    }
    guard let before else { return ("Valeur ajoutée", [Change("Libellé", from: nil, to: after.label)]) }
    if before.label != after.label {
      return ("Valeur renommée", [Change("Libellé", from: before.label, to: after.label)])
    }
    return (after.open == true ? "\(name) rouverte" : "\(name) fermée", [])
  }

  private func place(of code: String, in order: [String]) -> String? {
    order.firstIndex(of: code).map { $0 == 0 ? "1re place" : "\($0 + 1)e place" }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
