import Domain
import Foundation

/// What there is of a contract besides its text: signatures, the paper that was scanned, what the person was given.
public struct ContractDocuments: Payload {
  /// The latest first.
  public var signatures: [SignatureSheet]
  /// Why no signature by SMS may be begun now; absent where one may.
  public var obstacle: String?
  /// The person's telephone, as `06 12 34 56 78`.
  public var phone: String?
  public var email: String?
  /// The latest first.
  public var scans: [ContractScan]
  /// The latest first.
  public var handovers: [DocumentHandover]
  /// The person has not been given what was signed or decided last.
  public var awaitsHandover: Bool
  /// The latest first.
  public var mailings: [DocumentMailing]

  public init(
    signatures: [SignatureSheet], obstacle: String?, phone: String?, email: String?, scans: [ContractScan],
    handovers: [DocumentHandover], awaitsHandover: Bool, mailings: [DocumentMailing] = []
  ) {
    self.mailings = mailings
    self.signatures = signatures
    self.obstacle = obstacle
    self.phone = phone
    self.email = email
    self.scans = scans
    self.handovers = handovers
    self.awaitsHandover = awaitsHandover
  }
}

/// A paper contract, as it was scanned.
public struct ContractScan: Payload {
  public var id: ID<ContractScan>
  public var fileName: String
  public var bytes: Int
  public var addedAt: Date
  public var addedByName: String

  public init(id: ID<ContractScan>, fileName: String, bytes: Int, addedAt: Date, addedByName: String) {
    self.id = id
    self.fileName = fileName
    self.bytes = bytes
    self.addedAt = addedAt
    self.addedByName = addedByName
  }
}

/// How and when the person was given a contract's document.
public struct DocumentHandover: Payload {
  public enum Way: String, Payload, CaseIterable {
    case byHand = "by_hand"
    case post, email
    public var label: String {
      switch self {
      case .byHand: "En mains propres"
      case .post: "Par courrier"
      case .email: "Par courriel"
      }
    }
    /// After « CER n° 2 ».
    public var done: String {
      switch self {
      case .byHand: "remis en mains propres"
      case .post: "envoyé par courrier"
      case .email: "envoyé par courriel"
      }
    }
  }
  public var id: ID<DocumentHandover>
  public var way: Way
  public var onDay: CalendarDate
  public var at: Date
  public var byName: String

  public init(id: ID<DocumentHandover>, way: Way, onDay: CalendarDate, at: Date, byName: String) {
    self.id = id
    self.way = way
    self.onDay = onDay
    self.at = at
    self.byName = byName
  }
}

public struct HandoverDraft: Payload {
  public var way: DocumentHandover.Way
  /// Today when absent.
  public var on: CalendarDate?

  public init(way: DocumentHandover.Way, on: CalendarDate? = nil) {
    self.way = way
    self.on = on
  }
}

/// A contract whose signed or decided document the person has not been given yet.
public struct HandoverRow: Payload {
  public var id: ID<Contract>
  public var dossier: ID<Dossier>
  public var dossierNumber: Int
  public var familyName: String
  public var givenName: String
  public var kind: ContractRecord.Kind
  public var number: Int
  public var state: ContractState
  /// When it was signed or decided.
  public var since: Date
  public var authorName: String
  public var beneficiary: String { French.name(familyName, givenName) }

  public init(
    id: ID<Contract>, dossier: ID<Dossier>, dossierNumber: Int, familyName: String, givenName: String,
    kind: ContractRecord.Kind, number: Int, state: ContractState, since: Date, authorName: String
  ) {
    self.id = id
    self.dossier = dossier
    self.dossierNumber = dossierNumber
    self.familyName = familyName
    self.givenName = givenName
    self.kind = kind
    self.number = number
    self.state = state
    self.since = since
    self.authorName = authorName
  }
}

public struct HandoverFilter: PageQuery, Constrained {
  public var after: String?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["after": .cursor, "limit": .range(1...200)]

  public init(after: String? = nil, limit: Int? = nil) {
    self.after = after
    self.limit = limit
  }
}

// MARK: Endpoints

extension ContractsAPI {
  public static let listDocuments = Endpoint<NoInput, ContractDocuments>(
    .contracts, "listDocuments", .get, "contracts/{contract}/documents",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "List the signatures and scans of a contract, and what the person was given; say whether it may be signed."
  )
  public static let addScan = Endpoint<Upload<FileNameQuery>, ContractScan>(
    .contracts, "addScan", .post, "contracts/{contract}/scans",
    allow: .having(.draftContracts, .moveContracts, reaching: .contract),
    summary: "Keep the scan of a contract that was signed on paper: PDF, JPEG or PNG.", success: 201,
    limit: 20 * 1024 * 1024)
  public static let downloadScan = Endpoint<NoInput, FileOutput>(
    .contracts, "downloadScan", .get, "contracts/{contract}/scans/{scan}",
    allow: .having(.readDossiers, reaching: .contract), summary: "Download a scan of a contract.", audit: .download)
  public static let recordHandover = Endpoint<HandoverDraft, ContractDocuments>(
    .contracts, "recordHandover", .post, "contracts/{contract}/handovers",
    allow: .having(.draftContracts, .moveContracts, reaching: .contract),
    summary: "Record that the person was given the contract's document, or that it was sent.", success: 201)
  public static let listToHandOver = Endpoint<HandoverFilter, Page<HandoverRow>>(
    .contracts, "listToHandOver", .get, "contracts/to-hand-over", allow: .having(.draftContracts, .moveContracts),
    summary: "List the contracts signed or decided in the last 90 days whose document the person was not given yet.",
    audit: .read)
  public static let printBlank = Endpoint<NoInput, FileOutput>(
    .contracts, "printBlank", .get, "blank-contract", allow: .having(.draftContracts, .moveContracts),
    summary: "Make a blank contract to fill in by hand, of nobody.")
  public static let printDossierBlank = Endpoint<NoInput, FileOutput>(
    .contracts, "printDossierBlank", .get, "dossiers/{dossier}/blank-contract",
    allow: .having(.draftContracts, .moveContracts, reaching: .dossier),
    summary: "Make a blank contract to fill in by hand with a person who has none yet.", audit: .download)
}
