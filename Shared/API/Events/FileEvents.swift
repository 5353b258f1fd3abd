import Domain
import Foundation

/// Characteristics of a dossier were written. Which ones is not told: some profiles may not read them.
public struct CharacteristicsChanged: Event {
  public static let type = "dossiers.characteristics-changed.v1"
  public var dossier: ID<Dossier>
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>) { self.dossier = dossier }
}

/// A référent asks the secretariat for a formal notice. Its reason stays in the dossier.
public struct FormalNoticeRequested: Event {
  public static let type = "dossiers.formal-notice-requested.v1"
  public var dossier: ID<Dossier>
  public var on: CalendarDate
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, on: CalendarDate) {
    self.dossier = dossier
    self.on = on
  }
}

/// Something that is known of a person beside their path came, changed or was closed. What it is stays in the dossier.
public struct SideDataChanged: Event {
  public enum Change: String, Payload, CaseIterable { case added, changed, closed }
  public static let type = "dossiers.side-data-changed.v1"
  public var dossier: ID<Dossier>
  public var kind: SideDatum.Kind
  public var change: Change
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, kind: SideDatum.Kind, change: Change) {
    self.dossier = dossier
    self.kind = kind
    self.change = change
  }
}
