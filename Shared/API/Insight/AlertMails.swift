import Domain

/// How often the caller's favourite alerts are sent to them by e-mail.
public struct AlertMail: Payload, Equatable {
  public enum Rhythm: String, Payload, CaseIterable {
    case never
    /// From Monday to Friday.
    case daily
    /// On Mondays.
    case weekly
  }
  public var rhythm: Rhythm

  public init(rhythm: Rhythm) { self.rhythm = rhythm }
}

extension InsightAPI {
  public static let showAlertMail = Endpoint<NoInput, AlertMail>(
    .insight, "showAlertMail", .get, "alert-mail", allow: .having(.readDossiers),
    summary: "Show how often the caller's favourite alerts are sent by e-mail.")
  public static let setAlertMail = Endpoint<AlertMail, AlertMail>(
    .insight, "setAlertMail", .put, "alert-mail", allow: .having(.readDossiers),
    summary:
      "Choose how often the caller's favourite alerts are sent by e-mail, counted under the profile they act as.",
    audit: .some(nil))
}
