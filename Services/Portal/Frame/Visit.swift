import API
import Domain
import Foundation
import Hummingbird
import Logging
import Service

/// What every page of the portal is made with.
struct PortalParts: Sendable {
  let seal: Seal
  /// Calls the services in nobody's name.
  let client: APIClient
  let now: Now
  let logger: Logger
  let metrics: Metrics
  let rooms: [Room]
  let county = KnownCounty()
}

/// One request of a browser: who asks, for what, with which answers, and the services in that person's name.
struct Visit: Sendable {
  let parts: PortalParts
  let person: Person
  var services: APIClient
  /// The address without its query.
  let path: String
  let query: FormAnswers
  /// What was posted; empty for a page that is only looked at.
  let form: FormAnswers
  /// Whose form was posted, and from which page; nil for a page that is only looked at.
  var mark: FormMark?
  /// The parts of the address that vary.
  let parameters: [String: String]
  /// htmx asks for a part of a page.
  let isFragment: Bool
  /// Why the gateway says that the last session ended.
  let signedOut: String?
  let moment: Date
  let said: Saying?
  /// The cookies that are not the session's.
  var cookies: String?

  var today: CalendarDate { CalendarDate(moment) }

  func may(_ right: Right) -> Bool { person.may(right) }

  /// The same, with reads that the act of the page's first call stands for.
  func under(look pass: String?) -> Visit {
    var copy = self
    copy.services = services.under(look: pass)
    return copy
  }

  /// An identifier of the address.
  ///
  /// - Throws: 404 when it is not one.
  func id<Subject>(_ name: String, of type: Subject.Type = Subject.self) throws -> ID<Subject> {
    guard let id = parameters[name].flatMap({ ID<Subject>($0) }) else { throw Problem.notFound() }
    return id
  }

  /// The version that a form was opened with.
  ///
  /// - Throws: 400 when the form does not say.
  var version: Int {
    get throws {
      guard let version = form.int("version") else { throw Problem.malformed("Le formulaire est incomplet.") }
      return version
    }
  }

  /// Under which a form sent twice is done once: a service answers the second as the first.
  var key: String? { form["cle"] }

  /// A new key, for a form that creates something.
  static var freshKey: HiddenValue { HiddenValue("cle", UUID().uuidString.lowercased()) }

  /// What several services have of one kind, asked for side by side.
  func gathered<Item: Payload>(
    from names: [ServiceName], _ endpoint: (ServiceName) -> Endpoint<NoInput, [Item]>
  ) async throws -> [Item] {
    try await withThrowingTaskGroup(of: [Item].self) { group in
      for asked in names.map(endpoint) { group.addTask { try await services.call(asked) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// What surrounds a page of this person.
  func frame(_ title: String, _ area: Area? = nil, search: String? = nil) -> Frame {
    // The figure beside the bell is asked for while the page is made, and put in last (`Pages`).
    Frame(
      title: title, areas: areas, current: area, search: person.may(.readDossiers) ? SearchBox(search) : nil,
      unread: isAtWork ? 0 : nil,
      account: person.isSignedIn ? accountMenu : nil, toasts: said.map { [$0.toast] } ?? [],
      csrf: person.isSignedIn ? formMark : nil, idleMinutes: person.idleMinutes, today: French.long(today),
      county: parts.county.now)
  }

  /// What the forms of this page carry. One that came back to be corrected stands on the page that it was opened on.
  private var formMark: String? {
    do {
      return try parts.seal.sealed(
        FormMark(account: person.account, session: person.session, page: mark?.page ?? address))
    } catch {
      parts.logger.error("a form could not be marked", metadata: ["error": "\(error)"])
      return nil
    }
  }

  /// The address of the page with what it asks, but for a form that is filled in again.
  private var address: String {
    let query = query.pairs.filter { $0.name != KeptForms.parameter }.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")"
    }
    return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
  }

  /// Signed in, and not kept at the door for want of a second factor.
  private var isAtWork: Bool { person.isSignedIn && !person.mustEnrol }

  /// The areas that some room opens to this person.
  private var areas: [Area] {
    guard isAtWork else { return [] }
    let open = Set(parts.rooms.filter { person.may(anyOf: $0.rights) }.compactMap(\.area))
    return Area.allCases.filter(open.contains)
  }

  private var accountMenu: AccountMenu {
    let links = parts.rooms.flatMap(\.accountLinks).filter { person.may(anyOf: $0.rights) }.map(\.link)
    return AccountMenu(
      name: person.name, shortName: person.shortName, profile: person.profile?.label ?? "Second facteur à ajouter",
      links: links, replacing: person.replacing)
  }

  /// A page with optional columns.
  func page(
    _ head: PageHead, _ area: Area? = nil, title: String? = nil, navigation: Navigation? = nil,
    actions: ActionColumn? = nil, search: String? = nil, _ body: [any Piece]
  ) -> PageAnswer {
    let frame = frame(title ?? head.title, area, search: search)
    return PageAnswer(
      .standard(StandardPage(frame, head: head, navigation: navigation, actions: actions, body: body)))
  }

  /// Pieces alone, for htmx.
  func fragment(_ pieces: [any Piece]) -> PageAnswer { PageAnswer(.fragment(pieces, frame(""))) }
}
