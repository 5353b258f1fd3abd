import API
import Domain
import Foundation

extension Question where Draft == ContractDraft {
  /// The end, as a day or as a length from the start: « +6m ».
  static var contractEnd: Self {
    Question(
      "endsOn", "Fin", isRequired: false, written: { $0.endsOn.written },
      reading: { text, visit, draft in
        guard let text else {
          draft.endsOn = nil
          return []
        }
        guard let day = ContractLength.end(text, from: draft.startsOn, today: visit.today) else {
          return [FieldFault("endsOn", FrenchDate.fault(text))]
        }
        draft.endsOn = day
        return []
      },
      drawing: { typed, common in [.date("endsOn", "Fin", value: typed, common("endsOn"))] }
    ).help("Une date, ou une durée à partir du début : +6m pour six mois")
  }
}

enum ContractLength {
  /// The last day that a text names. A length counts from the start, both days included.
  static func end(_ text: String, from start: CalendarDate?, today: CalendarDate) -> CalendarDate? {
    guard text.hasPrefix("+"), let start else { return FrenchDate.read(text, today: today) }
    return FrenchDate.read(text, today: start)?.adding(days: -1)
  }
}

extension OpenDossier {
  /// What the dossier knows of the person's situation, to go on from in the first contract.
  var situation: String {
    var parts: [String] = []
    if let birth = detail.birthDate { parts.append(French.age(birth, detail.birthPrecision, on: today)) }
    if let family = detail.familySituation { parts.append(familySituationLabel(family).lowercasedFirst) }
    if let children = detail.dependentChildren, children > 0 {
      parts.append(French.count(children, "enfant à charge", "enfants à charge"))
    }
    if let commune = detail.commune { parts.append("habite \(commune)") }
    parts.append("dans le dispositif depuis le \(French.long(detail.enteredOn))")
    if let lead = detail.lead { parts.append("avec son référent actuel depuis le \(French.long(lead.fromDate))") }
    let sentence = parts.joined(separator: ", ")
    return "\(sentence.prefix(1).uppercased())\(sentence.dropFirst())."
  }
}

extension PreviousContract {
  /// Its objectives, each to be assessed together.
  var toAssess: String? {
    guard !objectives.isEmpty else { return nil }
    let lines = objectives.map { objective in
      let due = objective.dueOn.map { ", avant le \(French.long($0))" } ?? ""
      return "– \(objective.themeLabel) : \(objective.personDoes)\(due) → "
    }
    return "Objectifs du \(contractName(kind, number)), à évaluer :\n\(lines.joined(separator: "\n"))"
  }
}
