import Domain

extension SchedulingAPI {
  /// The secret stands in the address that is given with each message.
  public static let takeReceipt = Endpoint<Upload<FileNameQuery>, NoOutput>(
    .scheduling, "takeReceipt", .post, "sms-receipts/{secret}", allow: .everyone,
    summary: "Take what an SMS provider says became of a message.", audit: .some(nil), limit: 64 * 1024)
}
