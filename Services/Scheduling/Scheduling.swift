import API
import Documents
import Foundation
import Letters
import Messaging
import Service

@main enum SchedulingProcess {
  static let process = ServiceProcess(.scheduling, resources: .module) { parts in
    let (postgres, settings) = (parts.postgres, parts.settings)
    let reminders = ReminderStore(postgres: postgres)
    let worker = ReminderWorker(
      store: reminders, provider: try SMSProvider(parts), sender: Sender { try await postgres.sender(\.smsSender) },
      now: parts.now, logger: parts.logger, rhythm: try SendingRhythm(parts))
    let mails = MailStore(
      postgres: postgres, seal: KeySeal(try settings.key(.mail)),
      documents: KeySeal(try settings.key(.signatureCode)))
    let postman = MailWorker(
      store: mails, provider: try MailProvider(parts), sender: Sender { try await postgres.sender(\.mailSender) },
      now: parts.now, logger: parts.logger, rhythm: try SendingRhythm(parts))
    let texts = TextMessageStore(postgres: postgres, seal: KeySeal(try settings.key(.signatureCode)))
    let messenger = TextMessageWorker(
      store: texts, provider: worker.provider, sender: worker.sender, now: parts.now, logger: parts.logger,
      rhythm: try SendingRhythm(parts))
    let publicAddress = settings.string("JALONS_PUBLIC_URL", default: "http://localhost:8080")
    let signatures = SignatureNotices.handlers(mails: mails, publicAddress: publicAddress)
    let meetings = MeetingStore(postgres: postgres)
    let booking = MeetingRunner(
      queue: meetings.queue, now: parts.now, logger: parts.logger, act: { _ in "scheduling.bookAppointment" },
      work: { task, target, transaction, moment in
        try await MeetingStore.book(task, target, in: transaction, at: moment)
      })
    let converter = try LibreOfficeConverter(
      workers: settings.int("JALONS_PDF_WORKERS", default: 2), queue: settings.int("JALONS_PDF_QUEUE", default: 20),
      timeout: .seconds(60))
    let models = CountyModelStore(
      postgres: postgres, schema: "scheduling", kinds: [SummonsFields.models],
      files: try openFileStore(of: "scheduling") { settings.optional($0) })
    return Assembly(
      consumers: [
        "appointments": Handover.handlers + [ExitAppointments.handling, StepReferentAppointments.handling],
        "notices": NoticeEvents.handlers + AnswerNotices.handlers + FeedNotices.handlers(mails: mails) + signatures,
        "mail": [mails.handling, AlertMails.handling(mails: mails, publicAddress: publicAddress)],
        "documents": [mails.documentHandling],
        "notice-mails": [
          NoticeMails(mails: mails, publicAddress: publicAddress).handling
        ],
        "invitations": [Invitations(mails: mails).handling],
        "text-messages": [texts.handling] + PersonNotices.handlers(texts: texts),
      ], background: [worker, postman, messenger, booking]
    ) { routes in
      addAppointmentRoutes(to: routes, store: AppointmentStore(postgres: postgres))
      addMeetingRoutes(to: routes, store: meetings, runner: booking)
      addModelRoutes(to: routes, of: .scheduling, store: models, converter: converter)
      addSummonsRoutes(
        to: routes,
        printing: SummonsPrinting(
          postgres: postgres, models: models, converter: converter))
      addAgendaRoutes(to: routes, store: AgendaStore(postgres: postgres))
      addWorkingTimeRoutes(to: routes, store: WorkingTimeStore(postgres: postgres))
      addCalendarFeedRoutes(
        to: routes,
        store: CalendarFeedStore(
          postgres: postgres,
          publicAddress: publicAddress))
      addListRoutes(to: routes, of: .scheduling, store: .scheduling(postgres))
      addDelayRoutes(to: routes, store: DelayStore(postgres: postgres, service: .scheduling))
      addPlaceRoutes(to: routes, store: PlaceStore(postgres: postgres))
      addTextRoutes(
        to: routes,
        store: TextStore(postgres: postgres, service: .scheduling) { text in
          let text = ShortMessage.transliterated(text)
          return (text, ShortMessage.segments(of: text))
        })
      addReceiptRoutes(
        to: routes, store: ReceiptStore(postgres: postgres),
        secret: settings.optional("JALONS_BREVO_RECEIPT_SECRET"))
      addNoticePreferenceRoutes(to: routes, store: NoticePreferenceStore(postgres: postgres))
      addNoticeRoutes(to: routes, store: NoticeStore(postgres: postgres))
      addOutboxRoutes(
        to: routes, store: OutgoingStore(postgres: postgres), open: settings.optional("JALONS_OUTBOX_OPEN") == "1")
    }
  }

  static func main() async throws { try await process.run() }
}
