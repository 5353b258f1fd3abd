import Domain
import Foundation

/// A form that met the end of its session, or that is being filled in, to be kept for its author.
public struct FormToKeep: Payload, Constrained {
  /// Chosen by a page that keeps what is typed as one goes: the same again takes the place of what was kept under it.
  public var id: ID<KeptForm>?
  /// The sealed mark that the form carries: it says whose it is and on which page it stood.
  public var mark: String
  /// What was typed, as the portal writes it.
  public var content: String
  public static let constraints: [String: Constraint] = ["mark": .text(1...6000), "content": .text(1...800_000)]

  public init(mark: String, content: String, id: ID<KeptForm>? = nil) {
    self.id = id
    self.mark = mark
    self.content = content
  }
}

/// What somebody had typed when their session ended. It is kept for a day, for them alone.
public struct KeptForm: Payload {
  public var id: ID<KeptForm>
  public var keptAt: Date
  /// The page that the form stood on.
  public var page: String
  /// Absent in lists.
  public var content: String?

  public init(id: ID<KeptForm>, keptAt: Date, page: String, content: String? = nil) {
    self.id = id
    self.keptAt = keptAt
    self.page = page
    self.content = content
  }
}

/// The name under which a form is kept.
public struct KeptFormReference: Payload {
  public var id: ID<KeptForm>

  public init(id: ID<KeptForm>) { self.id = id }
}

extension IdentityAPI {
  // Nothing of this is in the audit log: one's own words, read by oneself alone.
  public static let keepForm = Endpoint<FormToKeep, KeptFormReference>(
    .identity, "keepForm", .post, "kept-forms", allow: .everyone,
    summary: "Keep for a day what was typed in a form that was not sent; its mark says whose it is.",
    success: 201, audit: .some(nil), limit: 1024 * 1024)
  public static let listKeptForms = Endpoint<NoInput, Page<KeptForm>>(
    .identity, "listKeptForms", .get, "me/kept-forms", allow: .ownAccount,
    summary: "List one's own forms that are kept, newest first.", audit: .some(nil))
  public static let showKeptForm = Endpoint<NoInput, KeptForm>(
    .identity, "showKeptForm", .get, "me/kept-forms/{keptForm}", allow: .ownAccount,
    summary: "Show what one had typed in a form that is kept.", audit: .some(nil))
  public static let dropKeptForm = Endpoint<NoInput, NoOutput>(
    .identity, "dropKeptForm", .delete, "me/kept-forms/{keptForm}", allow: .ownAccount,
    summary: "Forget a form of one's own that is kept.", audit: .some(nil))
}
