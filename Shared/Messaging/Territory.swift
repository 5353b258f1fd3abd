import API
import Postgres

extension Consumer.Handling {
  /// The rows of a dossier that moves go to its new territory's lists, in every table of the service that carries one.
  public static let territoryFollows = Self.on(TerritoryChanged.self) { event, _, transaction in
    try await transaction.execute(
      "call jalons.carry_territory(\(transaction.schema), \(event.dossier), \(event.territory))")
  }
}
