import Domain
import Foundation

/// A person who asked for their favourite alerts by e-mail is to be sent them. It holds counts, and no dossier.
public struct AlertDigestDue: Event {
  public static let type = "insight.alert-digest-due.v1"
  public struct Line: Payload {
    /// Names the list: `renouvellements`.
    public var code: String
    public var label: String
    /// At most 1,001, which stands for « plus de 1 000 ».
    public var count: Int

    public init(code: String, label: String, count: Int) {
      self.code = code
      self.label = label
      self.count = count
    }
  }
  public var account: ID<Account>
  public var day: CalendarDate
  public var alerts: [Line]
  public var key: String { account.description }

  public init(account: ID<Account>, day: CalendarDate, alerts: [Line]) {
    self.account = account
    self.day = day
    self.alerts = alerts
  }
}
