import Domain
import Foundation

/// Something that is known of a person beside their path: what makes it hard, what they wish for, what they can
/// (rule C19). It is closed rather than erased.
public struct SideDatum: Payload, Versioned {
  public enum Kind: String, Payload, CaseIterable {
    case difficulty, trade, sector, training, mobility, licence, language, qualification, experience, aid

    /// As the pages say it.
    public var label: String {
      switch self {
      case .difficulty: "Difficulté"
      case .trade: "Métier souhaité"
      case .sector: "Secteur souhaité"
      case .training: "Formation souhaitée"
      case .mobility: "Mobilité"
      case .licence: "Permis"
      case .language: "Langue"
      case .qualification: "Diplôme ou qualification"
      case .experience: "Expérience"
      case .aid: "Aide financière"
      }
    }

    /// The choices that are the same everywhere, by code; empty where it is chosen from a list, or written.
    public var choices: [(code: String, label: String)] {
      switch self {
      case .licence:
        [
          ("am", "Permis AM (cyclomoteur)"), ("a1", "Permis A1 (moto légère)"), ("a2", "Permis A2"), ("a", "Permis A"),
          ("b1", "Permis B1"), ("b", "Permis B"), ("be", "Permis BE"), ("c1", "Permis C1"), ("c", "Permis C"),
          ("ce", "Permis CE"), ("d1", "Permis D1"), ("d", "Permis D"), ("code", "Code de la route"),
          ("en_cours", "Permis en cours"), ("aucun", "Aucun permis"),
        ]
      case .mobility:
        [
          ("sans", "Sans moyen de déplacement"), ("pied", "À pied ou à vélo"), ("commun", "Transports en commun"),
          ("deux_roues", "Deux-roues motorisé"), ("vehicule", "Véhicule personnel"), ("pret", "Véhicule prêté ou loué"),
          ("covoiturage", "Covoiturage"),
        ]
      default: []
      }
    }

    /// Whether it is written, rather than chosen.
    public var isWritten: Bool {
      switch self {
      case .difficulty, .trade, .sector, .mobility, .licence: false
      case .training, .language, .qualification, .experience, .aid: true
      }
    }
  }
  public var id: ID<SideDatum>
  public var dossier: ID<Dossier>
  public var kind: Kind
  /// What was chosen: an entry of the lists `difficulty` and `sector`, a ROME code, one of the kind's choices.
  public var code: String?
  public var label: String
  public var detail: String?
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate?
  /// The step that answers it.
  public var step: ID<Step>?
  public var authorName: String
  public var writtenAt: Date
  public var closedOn: CalendarDate?
  public var closedBy: String?
  public var version: Int

  public init(
    id: ID<SideDatum>, dossier: ID<Dossier>, kind: Kind, code: String? = nil, label: String, detail: String? = nil,
    fromDate: CalendarDate, untilDate: CalendarDate? = nil, step: ID<Step>? = nil, authorName: String,
    writtenAt: Date, closedOn: CalendarDate? = nil, closedBy: String? = nil, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.kind = kind
    self.code = code
    self.label = label
    self.detail = detail
    self.fromDate = fromDate
    self.untilDate = untilDate
    self.step = step
    self.authorName = authorName
    self.writtenAt = writtenAt
    self.closedOn = closedOn
    self.closedBy = closedBy
    self.version = version
  }
}

public struct SideDatumDraft: Payload, Constrained {
  public var kind: SideDatum.Kind
  /// What is chosen, for the kinds that are.
  public var code: String?
  /// What is written, for the others.
  public var label: String?
  public var detail: String?
  public var from: CalendarDate
  public var until: CalendarDate?
  public var step: ID<Step>?
  public static let constraints: [String: Constraint] = [
    "code": .pattern("[A-Za-z0-9_]+", 1...40), "label": .text(0...200), "detail": .text(0...2000),
  ]

  public init(
    kind: SideDatum.Kind, code: String? = nil, label: String? = nil, detail: String? = nil, from: CalendarDate,
    until: CalendarDate? = nil, step: ID<Step>? = nil
  ) {
    self.kind = kind
    self.code = code
    self.label = label
    self.detail = detail
    self.from = from
    self.until = until
    self.step = step
  }
}

/// A trade of the ROME (*répertoire opérationnel des métiers et des emplois*): `A1203`.
public struct Trade: Payload, Equatable {
  public var code: String
  public var label: String

  public init(code: String, label: String) {
    self.code = code
    self.label = label
  }
}

public struct TradeQuery: Payload, Constrained {
  /// Words of the label, each anywhere in it, or the beginning of a code.
  public var q: String?
  public static let constraints: [String: Constraint] = ["q": .text(0...100)]

  public init(q: String? = nil) { self.q = q }
}

extension DossiersAPI {
  public static let listSideData = Endpoint<NoInput, Page<SideDatum>>(
    .dossiers, "listSideData", .get, "dossiers/{dossier}/side-data",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List what is known of a person beside their path, newest first.")
  public static let addSideDatum = Endpoint<SideDatumDraft, SideDatum>(
    .dossiers, "addSideDatum", .post, "dossiers/{dossier}/side-data",
    allow: .having(.editSideData, reaching: .dossier), summary: "Add a difficulty, a wish or another fact.",
    success: 201)
  public static let changeSideDatum = Endpoint<SideDatumDraft, SideDatum>(
    .dossiers, "changeSideDatum", .put, "dossiers/{dossier}/side-data/{sideDatum}",
    allow: .having(.editSideData, reaching: .dossier), summary: "Change a fact that is not closed. Its kind stays.",
    versioned: true)
  public static let closeSideDatum = Endpoint<NoInput, SideDatum>(
    .dossiers, "closeSideDatum", .post, "dossiers/{dossier}/side-data/{sideDatum}/closure",
    allow: .having(.editSideData, reaching: .dossier), summary: "Close a fact that holds no longer.", versioned: true)
  public static let listTrades = Endpoint<TradeQuery, Page<Trade>>(
    .dossiers, "listTrades", .get, "trades", allow: .having(.readDossiers),
    summary: "List trades of the ROME by words of their label, twenty at most.")
}
