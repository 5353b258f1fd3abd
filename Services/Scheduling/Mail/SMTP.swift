import API
import CCurl
import Dispatch
import Foundation

/// A server that takes e-mails (RFC 5321).
struct SMTPServer: Sendable {
  /// `smtps://host:465`, or `smtp://host:587` with STARTTLS.
  let url: String
  let user: String?
  let password: String?
  /// Without TLS: for a relay on the same machine alone.
  let isPlain: Bool
}

extension MailProvider {
  /// Any SMTP server, through libcurl. Its calls block: each batch has a thread of its own.
  static func smtp(_ server: SMTPServer) -> MailProvider {
    let queue = DispatchQueue(label: "jalons.smtp")
    return MailProvider(name: "SMTP") { mail in
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: SMTP.send(mail, by: server)) }
      }
    }
  }
}

enum SMTP {
  static func send(_ mail: OutgoingMail, by server: SMTPServer) -> MailAnswer {
    var code: Int = 0
    let text = MailFormat.message(mail)
    let result = text.withCString { bytes in
      jalons_send_mail(
        server.url, server.user, server.password, server.isPlain ? 1 : 0, MailFormat.address(in: mail.sender),
        mail.recipient, bytes, text.utf8.count, &code)
    }
    return answer(isDone: result == 0, code: code, curl: Int(result))
  }

  /// What the server's last answer means: 5xx to the recipient stays so, all else may pass (RFC 5321, 4.2.1).
  static func answer(isDone: Bool, code: Int, curl: Int) -> MailAnswer {
    if isDone { return .accepted }
    // The mailbox does not exist, is not local, or its name is not allowed.
    if [550, 551, 553].contains(code) { return .rejected("\(code)") }
    return .notTaken(code > 0 ? "\(code)" : "curl \(curl)")
  }
}

/// An e-mail as it travels (RFC 5322, RFC 2045, RFC 2047).
enum MailFormat {
  static func message(_ mail: OutgoingMail) -> String {
    let host = address(in: mail.sender).split(separator: "@").last.map(String.init) ?? "localhost"
    let lines = [
      "Date: \(date(mail.at))", "From: \(mail.sender.filter { !$0.isNewline })", "To: <\(mail.recipient)>",
      "Subject: \(header(mail.subject))", "Message-ID: <\(mail.key)@\(host)>", "MIME-Version: 1.0",
      // Nobody's holiday answers to a machine (RFC 3834).
      "Auto-Submitted: auto-generated",
    ]
    return (lines + body(mail)).joined(separator: "\r\n") + "\r\n"
  }

  /// What is read, and the file that comes along as a second part (RFC 2046).
  private static func body(_ mail: OutgoingMail) -> [String] {
    let content = content(of: mail)
    guard let file = mail.attachment else { return content }
    // No line of base64 begins with a hyphen.
    let boundary = "jalons-\(mail.key)"
    // RFC 2231: a name of any letters.
    let name = file.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "document"
    let disposition = "Content-Disposition: attachment; filename*=utf-8''\(name)"
    return ["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"] + content
      + ["--\(boundary)"] + part(file.contentType, file.bytes, disposition) + ["--\(boundary)--"]
  }

  /// The text, and beside it what a calendar program reads (RFC 6047): each shows what it understands.
  private static func content(of mail: OutgoingMail) -> [String] {
    let text = part("text/plain; charset=utf-8", Data(mail.text.utf8))
    guard let calendar = mail.calendar else { return text }
    let boundary = "calendrier-\(mail.key)"
    return ["Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "", "--\(boundary)"] + text
      + ["--\(boundary)"]
      + part("text/calendar; charset=utf-8; method=\(calendar.method)", Data(calendar.text.utf8))
      + ["--\(boundary)--"]
  }

  private static func part(_ type: String, _ bytes: Data, _ further: String...) -> [String] {
    ["Content-Type: \(type)", "Content-Transfer-Encoding: base64"] + further + [""]
      + wrapped(bytes.base64EncodedString())
  }

  /// The address in `Jalons <ne-pas-repondre@exemple.fr>`.
  static func address(in sender: String) -> String {
    guard let open = sender.lastIndex(of: "<"), let close = sender.lastIndex(of: ">"), open < close else {
      return sender
    }
    return String(sender[sender.index(after: open)..<close])
  }

  /// Encoded words of at most 75 characters, each of whole letters (RFC 2047).
  static func header(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ (32...126).contains($0) }) else { return text }
    var words: [String] = []
    var word = ""
    for letter in text {
      if (word + String(letter)).utf8.count > 42 {
        words.append(word)
        word = ""
      }
      word.append(letter)
    }
    words.append(word)
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  private static func wrapped(_ base64: String) -> [String] {
    var (lines, rest) = ([String](), Substring(base64))
    while !rest.isEmpty {
      lines.append(String(rest.prefix(76)))
      rest = rest.dropFirst(76)
    }
    return lines
  }

  private static func date(_ moment: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return formatter.string(from: moment)
  }
}
