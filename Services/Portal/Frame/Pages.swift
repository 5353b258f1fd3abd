import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Service

/// The addresses of the portal. Whoever is not signed in is sent to sign in; a form without its proof is refused;
/// whatever goes wrong becomes a page that says what to do.
struct Pages {
  typealias Context = BasicRequestContext
  typealias Body = @Sendable (Visit) async throws -> PageAnswer

  let parts: PortalParts
  let router: Router<Context>

  /// A page to look at.
  ///
  /// - Parameters:
  ///   - rights: one of these is needed; the services decide again.
  ///   - enrolling: open as well to whoever must add a second factor before anything else.
  func get(_ path: String, rights: [Right] = [], enrolling: Bool = false, _ body: @escaping Body) {
    add(path, .get, Door(rights: rights, isOpen: false, isForEnrolling: enrolling, limit: 0), body)
  }

  /// What a form posts to.
  ///
  /// - Parameter limit: the most bytes that may be sent; more is for files.
  func post(
    _ path: String, rights: [Right] = [], enrolling: Bool = false, limit: Int = 256 * 1024, _ body: @escaping Body
  ) {
    add(path, .post, Door(rights: rights, isOpen: false, isForEnrolling: enrolling, limit: limit), body)
  }

  /// A page for everybody.
  func openPage(_ path: String, _ body: @escaping Body) {
    add(path, .get, Door(rights: [], isOpen: true, limit: 0), body)
  }

  /// What a form posts to before signing in. There is no session to prove: the gateway checks where the form was.
  func openForm(_ path: String, _ body: @escaping Body) {
    add(path, .post, Door(rights: [], isOpen: true, limit: 16 * 1024), body)
  }

  private func add(_ path: String, _ method: HTTPRequest.Method, _ door: Door, _ body: @escaping Body) {
    let parts = parts
    router.on(RouterPath(path), method: method) { request, context in
      let visit = try await door.visit(of: request, context: context, parts: parts)
      do {
        if method == .post, !door.isOpen, let answer = try await visit.foreign(keeping: door.keepsForms) {
          return try answer.response(for: visit)
        }
        if !visit.person.isSignedIn, !door.isOpen { return try Self.signIn(visit, request).response(for: visit) }
        if visit.person.mustEnrol, !door.isOpen, !door.isForEnrolling {
          return try PageAnswer.see(secondFactorAddress).response(for: visit)
        }
        if !visit.person.may(anyOf: door.rights) { throw Problem.forbidden() }
        return try await Self.page(visit, method: method, body).response(for: visit)
      } catch {
        let problem = Problem(of: error, path: path, logger: parts.logger)
        if problem.status == 401 {
          let answer = try await visit.ended(keeping: method == .post && door.keepsForms)
          return try (answer ?? Self.signIn(visit, request)).response(for: visit)
        }
        if let kept = visit.keptForm { return try PageAnswer.see(keptFormAddress(kept)).response(for: visit) }
        return try visit.answer(to: problem).response(for: visit)
      }
    }
  }

  /// The page with what it does not ask for itself: how many notifications are unread.
  private static func page(_ visit: Visit, method: HTTPRequest.Method, _ body: Body) async throws -> PageAnswer {
    guard method == .get, !visit.isFragment else {
      // Most forms lead on to another page, which has the figure.
      let answer = try await body(visit)
      if answer.leadsOn { await visit.forgetKeptForm() }
      return answer.showsBell ? answer.with(unread: await UnreadCount.of(visit)) : answer
    }
    async let counting = UnreadCount.of(visit)
    let answer = try await visit.filledAgain(body(visit))
    return answer.showsBell ? answer.with(unread: await counting) : answer
  }

  /// To the sign-in page, and back to where one was when that was only looked at.
  private static func signIn(_ visit: Visit, _ request: Request) -> PageAnswer {
    let address = request.method == .get && !visit.isFragment ? request.uri.string : "/"
    return .see(address == "/" ? "/connexion" : Address("/connexion", ["retour": address]).text)
  }
}

/// What is asked of a request before its page is made.
private struct Door: Sendable {
  let rights: [Right]
  let isOpen: Bool
  var isForEnrolling = false
  let limit: Int

  /// Whether what was typed outlives the session that it was typed in. What is one's account's own holds passwords.
  var keepsForms: Bool { !isOpen && !isForEnrolling }

  func visit(of request: Request, context: Pages.Context, parts: PortalParts) async throws -> Visit {
    let bearer = request.headers[.authorization].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
    let person = bearer.flatMap(Person.init(token:)) ?? .stranger
    let passedOn = [HTTPField.Name.traceParent, .clientAddress, .userAgent].compactMap { name in
      request.headers[name].map { (name.rawName, $0) }
    }
    let form = request.method == .post ? try await form(of: request) : FormAnswers()
    return Visit(
      parts: parts, person: person,
      services: parts.client.with(token: person.isSignedIn ? bearer : nil, headers: passedOn),
      path: request.uri.path, query: FormAnswers(encoded: request.uri.query ?? ""),
      form: form, mark: isOpen ? nil : parts.seal.mark(form.exact("csrf")),
      parameters: Dictionary(
        context.parameters.map { (String($0.key), $0.value.removingPercentEncoding ?? String($0.value)) },
        uniquingKeysWith: { first, _ in first }),
      isFragment: request.headers[.htmxRequest] == "true", signedOut: request.headers[.jalonsSignedOut],
      moment: parts.now(),
      said: Saying.read(request.headers[.cookie], seal: parts.seal, session: person.session),
      cookies: request.headers[.cookie])
  }

  private func form(of request: Request) async throws -> FormAnswers {
    if let boundary = Multipart.boundary(of: request.headers[.contentType] ?? "") {
      do {
        return try await Multipart.read(request.body, boundary: boundary, limit: limit)
      } catch is Multipart.TooLong {
        throw HTTPError(.contentTooLarge)
      } catch is Multipart.Unreadable {
        throw HTTPError(.badRequest)
      }
    }
    do {
      return FormAnswers(encoded: String(buffer: try await request.body.collect(upTo: min(limit, Self.mostTyped))))
    } catch {
      throw HTTPError(.contentTooLarge)
    }
  }

  /// The most bytes of a form without files.
  private static let mostTyped = 256 * 1024
}

/// An address with its query.
struct Address: Sendable {
  let text: String

  /// Absent and empty values are left out.
  init(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) {
    let parts = query.compactMap { name, value -> String? in
      guard let value, !value.isEmpty else { return nil }
      return "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")"
    }
    text = parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
  }

  /// A path of this portal, or nil: an address that another site slipped into `retour` is not followed.
  static func local(_ text: String?) -> String? {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"), text.count <= 2000,
      text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 }), !text.hasPrefix("/connexion")
    else { return nil }
    return text
  }
}
