import API
import Domain
import Foundation
import Messaging
import Postgres
import Redis
import Service
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

@Suite("E-mails", .database) struct MailTests {
  private static let secret = "test-secret-of-thirty-two-bytes!!"
  private static let text = MailText(
    address: "lea@exemple.fr", subject: "Choisir un nouveau mot de passe – à bientôt sur Jalons",
    body: "Bonjour,\n\nOuvrez {lien}\n", link: "https://jalons.exemple.fr/mot-de-passe/abcdef")

  private static func event(
    _ text: MailText = text, to recipient: ID<Account> = .new(), expiresAt: Date? = nil
  ) throws -> MailRequested {
    let mail = UUID()
    let seal = KeySeal(try KeyPurpose.mail.derived(from: secret, for: "identity"))
    return MailRequested(
      mail: mail, recipient: recipient, kind: .passwordReset,
      sealed: try seal.seal(JSONEncoder.jalons.encode(text), name: mail.uuidString.lowercased()), expiresAt: expiresAt)
  }

  /// Runs scheduling, which has been asked for `events`.
  private static func run(
    _ environment: [String: String] = [:], _ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start,
      environment: ["JALONS_REMINDER_PAUSE": "20"].merging(environment) { $1 }, body)
  }

  private static func ask(_ event: MailRequested, _ service: ServiceUnderTest) throws {
    let envelope = Envelope(
      id: UUID(), source: "/identity", type: MailRequested.type, subject: event.key, time: service.clock.now(),
      traceparent: nil, actor: nil, actorname: nil, data: try JSONValue(encoding: event))
    let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
    for _ in 0..<2 {
      try service.redis.ask("XADD", Streams.name("identity"), "*", "envelope", text)
    }
  }

  @Test("an e-mail leaves once, with its link; what is kept has none, and the link is shown to nobody")
  func outbox() async throws {
    try await Self.run { service in
      let recipient = Caller.someone(.administrateur)
      try Self.ask(Self.event(to: recipient.account), service)
      let sent = try await service.eventually("it leaves") {
        try await service.database.owner {
          try await $0.first("select subject || recipient || body from scheduling.sent_by_outbox", as: String.self)
        }
      }
      #expect(sent == Self.text.subject + "lea@exemple.fr" + Self.text.whole)
      let page = try await service.eventually("it is settled") {
        let page = try await service.client(as: recipient).call(
          SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery())
        return page.items.isEmpty ? nil : page.items
      }
      #expect(page.map(\.channel) == ["email"] && page[0].status == .sent && page[0].recipient == "lea@exemple.fr")
      #expect(page[0].text == "Bonjour,\n\nOuvrez [lien personnel]\n")
      let operating = try await service.client(as: .someone(.exploitant))
      let counted = try await operating.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery()).items
      #expect(counted == page.map(\.withoutContent))
      let left = try await service.database.owner {
        try await $0.first(
          "select string_agg(c::text, ' ') || (select string_agg(m::text, ' ') from scheduling.message m) "
            + "from scheduling.message_content c", as: String.self)
      }
      #expect(left?.contains("abcdef") == false)
      let sealed = try await service.database.owner {
        try await $0.first("select count(*) from scheduling.message_content where sealed is not null", as: Int.self)
      }
      #expect(sealed == 0)
    }
  }

  @Test("a sender that rests is woken by what is put in its queue") func woken() async throws {
    try await Self.run(["JALONS_REMINDER_PAUSE": "600000"]) { service in
      // It has looked, and rests.
      try await Task.sleep(for: .milliseconds(300))
      try Self.ask(Self.event(), service)
      _ = try await service.eventually("it leaves") {
        try await service.database.owner {
          try await $0.first("select key from scheduling.sent_by_outbox", as: String.self)
        }
      }
    }
  }

  @Test("in a demonstration an e-mail's link is shown to its addressee, and to no colleague or administrator")
  func ownLink() async throws {
    try await Self.run(["JALONS_OUTBOX_OPEN": "1"]) { service in
      let recipient = Caller.someone(.referent)
      try Self.ask(Self.event(to: recipient.account), service)
      for (caller, text) in [
        (recipient, Self.text.whole), (.someone(.administrateur), "Bonjour,\n\nOuvrez [lien personnel]\n"),
        (.someone(.referent), "Bonjour,\n\nOuvrez [lien personnel]\n"),
      ] {
        let client = try await service.client(as: caller)
        let seen = try await service.eventually("it leaves") {
          try await client.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery()).items.first
        }
        #expect(seen.text == text)
      }
    }
  }

  @Test("what ran out before it could leave does not leave") func expired() async throws {
    try await Self.run { service in
      try Self.ask(Self.event(expiresAt: service.clock.now()), service)
      let operating = try await service.client(as: .someone(.exploitant))
      let message = try await service.eventually("it is settled") {
        try await operating.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery()).items.first
      }
      #expect(message.status == .tooLate && message.fault == MailFault.expired.label)
    }
  }

  @Test("a server is told sender, recipient, subject and text in the forms of the standards")
  func smtp() async throws {
    let server = SMTPStandIn()
    let url = try await server.start()
    try await Self.run([
      "JALONS_MAIL_PROVIDER": "smtp", "JALONS_SMTP_URL": url, "JALONS_SMTP_PLAIN": "1",
    ]) { service in
      try await service.database.owner {
        _ = try await $0.execute("update identity.county set mail_sender = 'Jalons <jalons@ardeche.example>'")
      }
      try Self.ask(Self.event(), service)
      let operating = try await service.client(as: .someone(.exploitant))
      let message = try await service.eventually("it leaves") {
        try await operating.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery()).items.first
      }
      #expect(message.status == .sent && message.provider == "SMTP")
      let lines = server.lines
      #expect(lines.filter { $0 == "DATA" }.count == 1)
      #expect(lines.contains { $0.hasPrefix("MAIL FROM:<jalons@ardeche.example>") })
      #expect(lines.contains { $0.hasPrefix("RCPT TO:<lea@exemple.fr>") })
      #expect(lines.contains("From: Jalons <jalons@ardeche.example>"))
      #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 128 } })
      let start = try #require(lines.firstIndex(of: ""))
      let body = lines[(start + 1)...].prefix { $0 != "." }.joined()
      #expect(Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } == Self.text.whole)
    }
    try await server.stop()
  }

  @Test("of two copies, one sends an e-mail, however long those before it take") func slowServer() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_SENDING": "off"]
    ) { service in
      let store = MailStore(
        postgres: service.parts.postgres, seal: KeySeal(try KeyPurpose.mail.derived(from: Self.secret, for: "identity"))
      )
      try await service.parts.postgres.withTransaction(as: .system("mail")) { transaction in
        for number in 1...3 {
          var text = Self.text
          text.address = "personne\(number)@exemple.fr"
          try await store.queue(
            text, to: .new(), kind: .invitation, name: "lent-\(number)", at: SchedulingScene.start, in: transaction)
        }
      }
      let sent = Mutex<[String]>([])
      let other = MailWorker(
        store: store,
        provider: MailProvider(name: "other") { mail in
          sent.withLock { $0.append(mail.key) }
          return .accepted
        }, sender: "Jalons <a@b.example>", now: service.parts.now, logger: service.parts.logger)
      let slow = MailWorker(
        store: store,
        provider: MailProvider(name: "slow") { mail in
          let isFirst = sent.withLock {
            $0.append(mail.key)
            return $0.count == 1
          }
          guard isFirst else { return .accepted }
          // A minute goes by with the first; the other copy looks.
          do {
            try await service.database.owner {
              _ = try await $0.execute(
                """
                update scheduling.message set claimed_until = clock_timestamp() - interval '1 second'
                where key <> \("courriel:" + mail.key)
                """)
            }
            try await other.sendDue()
          } catch {
            Issue.record(error)
          }
          return .accepted
        }, sender: "Jalons <a@b.example>", now: service.parts.now, logger: service.parts.logger)
      #expect(try await slow.sendDue() == 3)
      #expect(sent.withLock { $0.sorted() } == ["lent-1", "lent-2", "lent-3"])
      let settled = try await service.database.owner {
        try await $0.first("select count(*)::int from scheduling.message where status = 'sent'", as: Int.self)
      }
      #expect(settled == 3)
    }
  }

  @Test("an address that the server refuses is told; a server that is busy is asked again")
  func refused() async throws {
    let server = SMTPStandIn()
    let url = try await server.start()
    let provider = MailProvider.smtp(SMTPServer(url: url, user: nil, password: nil, isPlain: true))
    let mail = OutgoingMail(
      key: "k", sender: "Jalons <a@b.example>", recipient: "x@exemple.fr", subject: "S", text: "T", at: Date())
    #expect(await provider.send(mail) == .accepted)
    server.refuse("550 no such user")
    #expect(await provider.send(mail) == .rejected("550"))
    server.refuse("451 later")
    #expect(await provider.send(mail) == .notTaken("451"))
    try await server.stop()
    guard case .notTaken = await provider.send(mail) else {
      Issue.record("a server that is away")
      return
    }
    // Whoever speaks no TLS is told nothing.
    let (other, address) = try await { () async throws -> (SMTPStandIn, String) in
      let other = SMTPStandIn()
      return (other, try await other.start())
    }()
    let careful = MailProvider.smtp(SMTPServer(url: address, user: "u", password: "p", isPlain: false))
    guard case .notTaken = await careful.send(mail) else {
      Issue.record("without TLS")
      return
    }
    #expect(!other.lines.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
    try await other.stop()
  }

  @Test("a subject travels in encoded words of whole letters") func header() {
    #expect(MailFormat.header("Votre compte Jalons") == "Votre compte Jalons")
    let long = String(repeating: "é", count: 60)
    let words = MailFormat.header(long).components(separatedBy: "\r\n ")
    #expect(words.count > 1 && words.allSatisfy { $0.count <= 75 && $0.hasPrefix("=?utf-8?B?") && $0.hasSuffix("?=") })
    let decoded = words.map { word in
      Data(base64Encoded: String(word.dropFirst(10).dropLast(2))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    #expect(decoded.joined() == long)
    #expect(MailFormat.address(in: "Jalons <a@b.fr>") == "a@b.fr" && MailFormat.address(in: "a@b.fr") == "a@b.fr")
  }
}
