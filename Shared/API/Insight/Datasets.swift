import Domain
import Foundation

/// What a row of a dataset stands for: the portal maps it to a page.
public enum DatasetSubject: String, Payload, CaseIterable {
  case dossier, contract, appointment, step, participation, standby, note, message, characteristic
  case proposedExit = "proposed_exit"
}

/// A column of a dataset: what it holds and how it is called.
public struct DatasetColumn: Payload {
  public enum Kind: String, Payload, CaseIterable { case text, integer, date }
  /// Names it in an address: `fin`.
  public var code: String
  public var label: String
  public var kind: Kind
  /// What its numbers count: « jours ».
  public var unit: String?
  /// Whether a narrow screen may leave it out.
  public var isSecondary: Bool

  public init(code: String, label: String, kind: Kind, unit: String? = nil, isSecondary: Bool = false) {
    self.code = code
    self.label = label
    self.kind = kind
    self.unit = unit
    self.isSecondary = isSecondary
  }
}

/// A value of a row: one of the three, as its column's kind says, or none.
public struct DatasetCell: Payload, Equatable {
  public var text: String?
  public var number: Int?
  public var date: CalendarDate?

  public init(text: String? = nil, number: Int? = nil, date: CalendarDate? = nil) {
    self.text = text
    self.number = number
    self.date = date
  }
}

/// A row of a dataset: whose it is, what it stands for, and a value a column.
public struct DatasetRow: Payload {
  public var dossier: ID<Dossier>
  /// Distinguishes the rows of a dataset.
  public var key: String
  /// What the row stands for, of the dataset's subject.
  public var target: UUID
  public var cells: [DatasetCell]

  public init(dossier: ID<Dossier>, key: String, target: UUID, cells: [DatasetCell]) {
    self.dossier = dossier
    self.key = key
    self.target = target
    self.cells = cells
  }
}
