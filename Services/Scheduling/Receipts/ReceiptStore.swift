import API
import Domain
import Foundation
import Messaging
import Postgres

/// What became of text messages after a provider took them (rule M13).
struct ReceiptStore: Sendable {
  let postgres: PostgresClient

  private struct Found: Decodable, Sendable {
    let appointment: ID<Appointment>?
    let dossier: ID<Dossier>?
    let agent: ID<Account>?
    let isReminder: Bool
  }

  /// Records it once; a message that arrived stays so whatever comes later.
  func record(_ receipt: SMSReceipt, by provider: String, at moment: Date) async throws {
    let fault = receipt.outcome.fault
    let status: MessageStatus = fault == nil ? .delivered : .failed
    try await postgres.withTransaction(as: .system("sms receipts", today: CalendarDate(moment))) { transaction in
      let found = try await transaction.first(
        """
        update scheduling.message m set status = \(status), fault = \(fault?.label)
        where m.provider_id = \(receipt.providerID) and m.provider = \(provider) and m.channel = 'sms'
          and (m.status = 'sent' or (m.status = 'failed' and \(status) = 'delivered'))
        returning m.appointment, m.dossier, m.kind is null as is_reminder,
          (select a.agent from scheduling.appointment a where a.id = m.appointment) as agent
        """, as: Found.self)
      guard let found, found.isReminder else { return }
      if let title = fault?.noticeTitle, let agent = found.agent {
        try await transaction.notify(
          [agent], NoticeDraft(kind: .reminder, title: title, dossier: found.dossier), at: moment)
      }
      guard let dossier = found.dossier else { return }
      if let appointment = found.appointment {
        try await transaction.announce(
          ReminderSent(appointment: appointment, dossier: dossier, channel: .sms, status: status), at: moment)
      }
      if fault == .rejected { try await transaction.announce(NumberRefused(dossier: dossier), at: moment) }
    }
  }
}

extension SMSReceipt.Outcome {
  var fault: ReminderFault? {
    switch self {
    case .delivered: nil
    case .dead: .rejected
    case .undelivered: .undelivered
    case .stopped: .stopped
    }
  }
}
