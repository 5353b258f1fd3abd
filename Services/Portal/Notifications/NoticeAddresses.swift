import API
import Domain
import Foundation

extension NoticeSubject {
  /// Its page.
  var address: String {
    let name = id?.text ?? ""
    return switch kind {
    case .dossier: "/dossiers/\(name)"
    case .contract: "/contrats/\(name)"
    case .caseload: "/beneficiaires"
    case .agenda: "/agenda"
    case .feeds: "/flux"
    case .feed: "/flux/\(name)"
    case .delegations: "/compte#remplacements"
    case .abnormalUse: "/administration/usages/\(name)"
    }
  }

  /// What a page that is told of a new notification follows.
  init?(kind: String?, id: String?) {
    guard let kind = kind.flatMap(Kind.init(rawValue:)) else { return nil }
    self.init(kind, id.flatMap { UUID(uuidString: $0) })
  }
}
