import Domain
import Foundation

/// A paper that proves a step, scanned (rule S19).
public struct Evidence: Payload {
  public enum Kind: String, Payload, CaseIterable {
    /// The attendance sheet with the person's signature.
    case attendance
    /// The registration at France Travail of a person with an aided job.
    case employment
    case exit, other
    public var label: String {
      switch self {
      case .attendance: "Feuille d’émargement signée"
      case .employment: "Attestation d’inscription à France Travail"
      case .exit: "Justificatif de sortie"
      case .other: "Autre pièce"
      }
    }
  }
  public var id: ID<Evidence>
  public var step: ID<Step>
  public var kind: Kind
  public var fileName: String
  public var bytes: Int
  public var addedAt: Date
  public var addedByName: String

  public init(
    id: ID<Evidence>, step: ID<Step>, kind: Kind, fileName: String, bytes: Int, addedAt: Date, addedByName: String
  ) {
    self.id = id
    self.step = step
    self.kind = kind
    self.fileName = fileName
    self.bytes = bytes
    self.addedAt = addedAt
    self.addedByName = addedByName
  }
}

/// What is said of a file that comes.
public struct EvidenceQuery: Payload, Constrained {
  /// As it was called where it comes from.
  public var name: String?
  /// The attendance sheet where nothing is said.
  public var kind: Evidence.Kind?
  public static let constraints: [String: Constraint] = ["name": .text(0...300)]

  public init(name: String? = nil, kind: Evidence.Kind? = nil) {
    self.name = name
    self.kind = kind
  }
}

extension FSEAPI {
  public static let listEvidence = Endpoint<NoInput, Page<Evidence>>(
    .fse, "listEvidence", .get, "steps/{step}/evidence", allow: .having(.readDossiers, reaching: .step),
    summary: "List the papers that prove a step, the latest first.")
  public static let addEvidence = Endpoint<Upload<EvidenceQuery>, Evidence>(
    .fse, "addEvidence", .post, "steps/{step}/evidence",
    allow: .having(.attendance, .registerOnOffers, .fseForms, reaching: .step),
    summary: "Keep a paper that proves a step: PDF, JPEG or PNG.", success: 201, limit: 20 * 1024 * 1024)
  public static let downloadEvidence = Endpoint<NoInput, FileOutput>(
    .fse, "downloadEvidence", .get, "steps/{step}/evidence/{evidence}",
    allow: .having(.readDossiers, reaching: .step), summary: "Download a paper that proves a step.", audit: .download)
  public static let deleteEvidence = Endpoint<NoInput, NoOutput>(
    .fse, "deleteEvidence", .delete, "steps/{step}/evidence/{evidence}",
    allow: .having(.attendance, .registerOnOffers, .fseForms, reaching: .step),
    summary: "Take away a paper that was filed by mistake.")
}
