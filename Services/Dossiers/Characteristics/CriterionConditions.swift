import API
import Domain
import Foundation
import Postgres

/// What a list of dossiers asks of their characteristics, as conditions on a row `d` of `dossiers.dossier`.
enum CriterionConditions {
  static let most = 10

  /// - Throws: 422 for what is no criterion, or asks of a characteristic that the caller does not read.
  static func of(_ texts: [String], in transaction: Transaction) async throws -> [SQL] {
    guard !texts.isEmpty else { return [] }
    guard texts.count <= most else {
      throw Problem.invalid([Fault("criteria", "nombre", "Dix critères au plus à la fois. Retirez-en.")])
    }
    let definitions = try await CharacteristicStore.readable(in: transaction)
    return try texts.enumerated().map { index, text in
      let field = "criteria.\(index)"
      guard let criterion = CharacteristicCriterion(text: text),
        let definition = definitions.first(where: { $0.code == criterion.characteristic }),
        CharacteristicCriterion.Test.all(of: definition.kind).contains(criterion.test)
      else {
        throw Problem.invalid([
          Fault(field, "critere", "Ce critère porte sur une caractéristique que vous ne voyez pas. Retirez-le.")
        ])
      }
      guard let condition = condition(criterion, definition) else {
        throw Problem.invalid([
          Fault(field, "valeur", "« \(definition.label) » : la valeur cherchée ne se lit pas. Corrigez-la.")
        ])
      }
      return condition
    }
  }

  private static func condition(_ criterion: CharacteristicCriterion, _ definition: Characteristic) -> SQL? {
    let isLocked = LockedCharacteristic(rawValue: definition.code)
    let columns = isLocked.map { Columns(locked: $0.value) } ?? .written
    switch criterion.test {
    // Who has no value is not it either.
    case .isNot:
      var same = criterion
      same.test = .is
      return compared(same, definition, columns).map { matched($0, definition.code, isLocked, isNot: true) }
    case .empty, .filled:
      return matched("\(columns.text) is not null", definition.code, isLocked, isNot: criterion.test == .empty)
    default: return compared(criterion, definition, columns).map { matched($0, definition.code, isLocked) }
    }
  }

  /// Where a value stands in its forms.
  private struct Columns {
    let text: SQL
    let plain: SQL
    let number: SQL
    let day: SQL

    static let written = Columns(text: "v.value", plain: "v.plain", number: "v.number", day: "v.day")

    init(text: SQL, plain: SQL, number: SQL, day: SQL) {
      self.text = text
      self.plain = plain
      self.number = number
      self.day = day
    }

    init(locked value: SQL) {
      self.init(text: value, plain: "jalons.plain(\(value))", number: "null::float8", day: value)
    }
  }

  /// A condition on the value, in the dossier or in the row `v` of it. A written value is found by its index.
  private static func matched(
    _ condition: SQL, _ code: String, _ locked: LockedCharacteristic?, isNot: Bool = false
  ) -> SQL {
    if locked != nil { return isNot ? "(\(condition)) is not true" : "(\(condition))" }
    return """
      d.id \(unsafeSQL: isNot ? "not in" : "in") (select v.dossier from dossiers.characteristic_value v
        where v.characteristic = \(code) and \(condition))
      """
  }

  /// - Returns: nil for a value that is none of the kind.
  private static func compared(
    _ criterion: CharacteristicCriterion, _ definition: Characteristic, _ columns: Columns
  ) -> SQL? {
    guard let value = criterion.value else { return nil }
    switch definition.kind {
    case .line, .text, .yesNo, .choice:
      let plain = String(PlainText.of(value).prefix(200))
      return criterion.test == .contains
        ? "\(columns.plain) like \("%" + plain + "%")" : "\(columns.plain) = \(plain)"
    case .choices:
      return """
        (\(columns.text) is not null and \(PlainText.of(value)) = any (
          select jalons.plain(said) from unnest(string_to_array(\(columns.text), chr(10))) said))
        """
    case .number:
      return range(columns.number, criterion) { CharacteristicChecks.number($0).map { "\($0)::float8" } }
    case .date:
      return range(columns.day, criterion) { CalendarDate($0).map { "\($0)::date" } }
    }
  }

  private static func range(
    _ column: SQL, _ criterion: CharacteristicCriterion, _ read: (String) -> SQL?
  ) -> SQL? {
    guard let value = criterion.value.flatMap(read) else { return nil }
    switch criterion.test {
    case .is: return "\(column) = \(value)"
    case .before: return "\(column) < \(value)"
    case .after: return "\(column) > \(value)"
    case .between:
      guard let until = criterion.until.flatMap(read) else { return nil }
      return "\(column) between \(value) and \(until)"
    default: return nil
    }
  }
}
