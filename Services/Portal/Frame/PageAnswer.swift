import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Service

/// What the browser is given.
struct PageAnswer: Sendable {
  enum Content: Sendable {
    case standard(StandardPage)
    case dossier(DossierPage)
    case bare(BarePage)
    case fragment([any Piece], Frame)
    /// After an act: the page that shows what it did.
    case seeOther(String)
    /// To be kept, or shown in the page.
    case file(FileOutput, isShown: Bool)
  }

  private(set) var content: Content
  var status: HTTPResponse.Status = .ok
  var headers: HTTPFields = [:]
  /// Said once by the next page.
  var saying: Saying?

  init(_ content: Content, _ status: HTTPResponse.Status = .ok) {
    self.content = content
    self.status = status
  }

  /// Leads on after an act, so that reloading the page does not do it again.
  static func see(_ address: String, saying text: String? = nil, tone: Saying.Tone = .done, undo: Saying.Undo? = nil)
    -> PageAnswer
  {
    var answer = PageAnswer(.seeOther(address), .seeOther)
    answer.saying = text.map { Saying(text: $0, tone: tone, undo: undo) }
    return answer
  }

  /// The answer that says something more on the next page.
  func saying(also text: String) -> PageAnswer {
    guard let saying else { return self }
    var copy = self
    copy.saying = Saying(text: "\(saying.text) \(text)", tone: saying.tone, undo: saying.undo)
    return copy
  }

  func with(_ status: HTTPResponse.Status) -> PageAnswer {
    var copy = self
    copy.status = status
    return copy
  }

  /// Whether there is a bell on it.
  var showsBell: Bool {
    switch content {
    case .standard, .dossier: true
    case .bare, .fragment, .seeOther, .file: false
    }
  }

  /// The page with a figure beside the bell; nil leaves the bell alone.
  func with(unread: Int?) -> PageAnswer {
    guard let unread else { return self }
    var copy = self
    switch content {
    case .standard(var page):
      page.frame = page.frame.with(unread: unread)
      copy.content = .standard(page)
    case .dossier(var page):
      page.frame = page.frame.with(unread: unread)
      copy.content = .dossier(page)
    case .bare, .fragment, .seeOther, .file: break
    }
    return copy
  }

  /// The page with another body; an answer without one stays as it is.
  func with(body change: ([any Piece]) -> [any Piece]) -> PageAnswer {
    var copy = self
    switch content {
    case .standard(var page):
      page.body = change(page.body)
      copy.content = .standard(page)
    case .dossier(var page):
      page.body = change(page.body)
      copy.content = .dossier(page)
    case .bare, .fragment, .seeOther, .file: break
    }
    return copy
  }

  /// Everything that can be done from the page.
  var actions: [Action] {
    switch content {
    case .standard(let page): page.head.actions + (page.actions?.groups ?? []).flatMap(\.actions)
    case .dossier(let page): page.head.actions + (page.actions?.groups ?? []).flatMap(\.actions)
    case .bare, .fragment, .seeOther, .file: []
    }
  }

  /// Whether it leads on to another page, as after an act that succeeded.
  var leadsOn: Bool {
    if case .seeOther = content { true } else { false }
  }

  func with(status: Int) -> PageAnswer { with(HTTPResponse.Status(code: status)) }

  /// A form that came back with something to correct is answered 422.
  func with(_ faults: FormFaults) -> PageAnswer { faults.isEmpty ? self : with(.unprocessableContent) }

  func with(_ name: HTTPField.Name, _ value: String) -> PageAnswer {
    var copy = self
    copy.headers[name] = value
    return copy
  }

  func response(for visit: Visit) throws -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    if let saying {
      headers[.setCookie] = try saying.header(seal: visit.parts.seal, session: visit.person.session)
    } else if visit.said != nil, showsSaying {
      headers[.setCookie] = Saying.forgetting
    }
    switch content {
    case .standard(let page): return answer(page.html, headers)
    case .dossier(let page): return answer(page.html, headers)
    case .bare(let page): return answer(page.html, headers)
    case .fragment(let pieces, let frame): return answer(pieces.html(in: frame), headers)
    case .seeOther(let address):
      headers[visit.isFragment ? .htmxRedirect : .location] = address
      return Response(status: visit.isFragment ? .ok : .seeOther, headers: headers)
    case .file(let file, let isShown):
      headers[.contentType] = file.contentType
      let name = file.name.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "document"
      headers[.contentDisposition] =
        "\(isShown ? "inline" : "attachment"); filename=\"\(PlainFileName.of(file.name))\"; filename*=UTF-8''\(name)"
      return Response(status: status, headers: headers, body: file.body)
    }
  }

  private var showsSaying: Bool {
    switch content {
    case .standard, .dossier, .bare: true
    case .fragment, .seeOther, .file: false
    }
  }

  private func answer(_ html: HTML, _ headers: HTTPFields) -> Response {
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: html.bytes)))
  }
}

extension HTTPField.Name {
  // The names are constants that are known to be well formed; `init?` refuses only what is not a token.
  private static func known(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .via }
  /// Set by htmx on what it asks.
  static let htmxRequest = known("HX-Request")
  /// Tells htmx to go elsewhere with the whole page.
  static let htmxRedirect = known("HX-Redirect")
  /// The gateway turns it into the session's cookie; `-` takes the cookie away.
  static let jalonsSession = known("Jalons-Session")
  /// The gateway says why the session that the cookie named is over.
  static let jalonsSignedOut = known("Jalons-Signed-Out")
  static let traceParent = known("traceparent")
}
