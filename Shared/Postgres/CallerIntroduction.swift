import Domain
import Foundation

extension Caller {
  /// The statements that take the role of the caller's scope and name the caller to the policies, until the transaction
  /// ends.
  func introduction(rolePrefix: String) -> String {
    func literal(_ value: String) -> String { "'" + value.replacingOccurrences(of: "'", with: "''") + "'" }
    let settings = [
      ("account", account.description), ("seat", seat.description), ("profile", profile?.rawValue ?? ""),
      ("territories", "{" + territories.map(\.description).joined(separator: ",") + "}"),
      ("organisation", organisation?.description ?? ""), ("today", today.description),
      ("zone", Calendar.france.timeZone.identifier),
    ]
    let told = settings.map { "set_config('jalons.\($0)', \(literal($1)), true)" }
    return "set local role \"\(rolePrefix)_\(scope.rawValue)\";select \(told.joined(separator: ","))"
  }
}
