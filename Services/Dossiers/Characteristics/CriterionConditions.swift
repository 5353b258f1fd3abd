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
    return try texts.enumerated().map { index, text -> SQL in
      let field = "criteria.\(index)"
      guard let criterion = CharacteristicCriterion(text: text),
        let definition = definitions.first(where: { $0.code == criterion.characteristic }),
        CharacteristicCriterion.Test.all(of: definition.kind).contains(criterion.test)
      else {
        throw Problem.invalid([
          Fault(field, "critere", "Ce critère porte sur une caractéristique que vous ne voyez pas. Retirez-le.")
        ])
      }
      guard let found = condition(criterion, definition) else {
        throw Problem.invalid([
          Fault(field, "valeur", "« \(definition.label) » : la valeur cherchée ne se lit pas. Corrigez-la.")
        ])
      }
      return found
    }
  }

  private static func condition(_ criterion: CharacteristicCriterion, _ definition: Characteristic) -> SQL? {
    let locked = LockedCharacteristic(rawValue: definition.code)
    let columns = Columns(locked)
    // Who has no value is not it either.
    let isNot = criterion.test == .isNot || criterion.test == .empty
    var asked = criterion
    if criterion.test == .isNot { asked.test = .is }
    guard criterion.test.takesValue else {
      return matched("\(columns.text) is not null", definition.code, locked, isNot: isNot)
    }
    guard let found = locked?.coded(asked.value ?? "") ?? compared(asked, definition, columns) else { return nil }
    return matched(found, definition.code, locked, isNot: isNot)
  }

  /// Where a value stands in its forms.
  private struct Columns {
    let text: SQL
    let plain: SQL
    let number: SQL
    let day: SQL

    init(_ locked: LockedCharacteristic?) {
      guard let locked else {
        text = "v.value"
        plain = "v.plain"
        number = "v.number"
        day = "v.day"
        return
      }
      let value = locked.requestColumn ?? locked.value
      text = value
      plain = "jalons.plain(\(value))"
      number = "null::float8"
      day = value
    }
  }

  /// A condition on the value: in the dossier, in the newest request of a formal notice, or in the row `v` of what was
  /// written, which its index finds.
  private static func matched(
    _ condition: SQL, _ code: String, _ locked: LockedCharacteristic?, isNot: Bool
  ) -> SQL {
    let within: SQL = isNot ? "not in" : "in"
    guard let locked else {
      return """
        d.id \(within) (select v.dossier from dossiers.characteristic_value v
          where v.characteristic = \(code) and \(condition))
        """
    }
    guard locked.requestColumn != nil else { return isNot ? "(\(condition)) is not true" : "(\(condition))" }
    return """
      d.id \(within) (select r.dossier from (select distinct on (dossier) dossier, reason, requested_on
        from dossiers.formal_notice_request where withdrawn_on is null order by dossier, requested_at desc) r where \(condition))
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
