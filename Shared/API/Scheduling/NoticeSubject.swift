import Domain
import Foundation

/// What a notification leads to. At which address that is, the portal alone knows.
public struct NoticeSubject: Payload, Equatable {
  public enum Kind: String, Payload, CaseIterable {
    case dossier, contract, caseload, agenda, feeds, feed, delegations
    case abnormalUse = "abnormal-use"
  }
  public var kind: Kind
  /// Absent for what there is one of: one's caseload, one's agenda.
  public var id: UUID?

  public init(_ kind: Kind, _ id: UUID? = nil) {
    self.kind = kind
    self.id = id
  }

  public static func contract(_ id: ID<Contract>) -> NoticeSubject { NoticeSubject(.contract, id.value) }
  public static func dossier(_ id: ID<Dossier>) -> NoticeSubject { NoticeSubject(.dossier, id.value) }
}
