import API
import Domain
import Foundation

/// A value as it is stored: its text, and the number or the day that it is.
struct CheckedValue: Sendable, Equatable {
  var characteristic: String
  var text: String?
  var number: Double?
  var day: CalendarDate?
}

/// Whether what is written of a person is what its characteristic asks for.
enum CharacteristicChecks {
  /// - Parameter current: what is said now; it may stay, though it is no longer among the choices.
  /// - Throws: 422 with every fault, at the place of each value in what was sent.
  static func checked(
    _ update: CharacteristicUpdate, _ definitions: [Characteristic], current: [String: String], for caller: Caller
  ) throws -> [CheckedValue] {
    let known = Dictionary(definitions.map { ($0.code, $0) }) { first, _ in first }
    var faults: [Fault] = []
    var values: [CheckedValue] = []
    var seen: Set<String> = []
    for (index, entry) in update.values.enumerated() {
      let field = "values.\(index).value"
      guard let definition = known[entry.characteristic], seen.insert(entry.characteristic).inserted else {
        faults.append(Fault("values.\(index).characteristic", "inconnu", "Cette caractéristique n’existe pas."))
        continue
      }
      guard definition.isWritten(by: caller.profile) else {
        faults.append(Fault(field, "verrouille", "« \(definition.label) » ne se modifie pas sous votre profil."))
        continue
      }
      let text = entry.value?.trimmingCharacters(in: .whitespacesAndNewlines)
      guard let text, !text.isEmpty else {
        values.append(CheckedValue(characteristic: definition.code))
        continue
      }
      if text == current[definition.code] {
        values.append(CheckedValue(characteristic: definition.code, text: text))
        continue
      }
      switch read(text, as: definition) {
      case .success(let value): values.append(value)
      case .failure(let fault): faults.append(Fault(field, "valeur", fault.message))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return values
  }

  struct Refusal: Error {
    let message: String
  }

  static func read(_ text: String, as definition: Characteristic) -> Result<CheckedValue, Refusal> {
    var value = CheckedValue(characteristic: definition.code, text: text)
    func refused(_ message: String) -> Result<CheckedValue, Refusal> {
      .failure(Refusal(message: "« \(definition.label) » : \(message)"))
    }
    switch definition.kind {
    case .line:
      guard text.count <= 200, !text.contains(where: \.isNewline) else {
        return refused("une ligne de 200 caractères.")
      }
    case .text: break
    case .number:
      guard let number = number(text) else { return refused("écrivez un nombre, par exemple 12 ou 12,5.") }
      value.number = number
    case .date:
      guard let day = CalendarDate(text) else { return refused("écrivez une date, par exemple 12/03/2026.") }
      value.day = day
    case .yesNo:
      guard ["oui", "non"].contains(text) else { return refused("répondez oui ou non.") }
    case .choice:
      guard definition.choices.contains(text) else { return refused("choisissez une valeur de la liste.") }
    case .choices:
      let chosen = Set(text.split(separator: "\n").map(String.init))
      guard chosen.isSubset(of: definition.choices) else { return refused("choisissez des valeurs de la liste.") }
      value.text = definition.choices.filter(chosen.contains).joined(separator: "\n")
    }
    return .success(value)
  }

  /// As French people write it: `12,5`, `1 200`.
  static func number(_ text: String) -> Double? {
    let plain = text.filter { !$0.isWhitespace }.replacingOccurrences(of: ",", with: ".")
    guard plain.count <= 15, plain.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }) else {
      return nil
    }
    return Double(plain)
  }
}
