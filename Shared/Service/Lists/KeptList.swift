import API
import Domain
import Postgres

/// Where a service keeps one of the county's lists: a table that a migration gave to `jalons.keep_list`.
public struct KeptList: Sendable {
  public let name: CountyListName
  let table: String
  let label: String
  let open: String
  /// The column that tells the lists of one table apart; its value is the list's name.
  let list: String?

  /// - Parameters:
  ///   - table: with columns `code`, `position`, `version`, and those of the other parameters.
  ///   - list: the column that names the list, where one table holds several.
  public init(
    _ name: CountyListName, in table: String, label: String = "label", open: String = "open", list: String? = nil
  ) {
    self.name = name
    self.table = table
    self.label = label
    self.open = open
    self.list = list
  }

  /// The entries of this list, as rows of `ListEntry`.
  var entries: SQL {
    """
    select code, \(unsafeSQL: label) as label, position, \(unsafeSQL: open) as open, version
    from \(unsafeSQL: table) where \(condition)
    """
  }

  var condition: SQL { list.map { "\(unsafeSQL: $0) = \(name)" } ?? "true" }

  /// What is wrong with a choice at `field`: it is not in the list, or closed and not what the record has already.
  public func faults(
    _ code: String?, at field: String, keeping current: String? = nil, in transaction: Transaction
  ) async throws -> [Fault] {
    guard let code, code != current else { return [] }
    let found = try await transaction.first("\(entries) and code = \(code)", as: ListEntry.self)
    guard let found else { return [Fault(field, "choix", "Choisissez une valeur de la liste.")] }
    if found.open { return [] }
    return [Fault(field, "choix", "« \(found.label) » n’est plus proposé. Choisissez une autre valeur de la liste.")]
  }
}
