import Domain
import Foundation

/// A text as it leaves today.
public struct TextSheet: Payload, Versioned, Equatable {
  public struct Past: Payload, Equatable {
    /// Absent where what Jalons comes with was taken again.
    public var wording: TextWording?
    public var decidedAt: Date
    public var accountName: String

    public init(wording: TextWording?, decidedAt: Date, accountName: String) {
      self.wording = wording
      self.decidedAt = decidedAt
      self.accountName = accountName
    }
  }
  public var name: CountyText
  public var wording: TextWording
  /// Whether it is what Jalons comes with.
  public var isShipped: Bool
  /// What was decided, the newest first.
  public var history: [Past]
  public var version: Int

  public init(name: CountyText, wording: TextWording, isShipped: Bool, history: [Past], version: Int) {
    self.name = name
    self.wording = wording
    self.isShipped = isShipped
    self.history = history
    self.version = version
  }
}

public struct TextDraft: Payload {
  /// Absent: what Jalons comes with.
  public var wording: TextWording?
  public init(wording: TextWording?) { self.wording = wording }
}

/// A text as its reader would see it, with invented data.
public struct TextPreview: Payload, Equatable {
  public var subject: String?
  public var body: String
  /// How many SMS it leaves as; absent for an e-mail.
  public var segments: Int?

  public init(subject: String?, body: String, segments: Int?) {
    self.subject = subject
    self.body = body
    self.segments = segments
  }
}

/// What every service that sends the county's texts serves, declared once for all of them.
public struct TextEndpoints: Sendable {
  public let all: Endpoint<NoInput, [TextSheet]>
  public let change: Endpoint<TextDraft, TextSheet>
  public let preview: Endpoint<TextWording, TextPreview>

  init(_ service: ServiceName) {
    all = Endpoint(
      service, "listTexts", .get, "texts", allow: .having(.administer),
      summary: "List the texts that leave the house, with what was decided about each, the newest first.")
    change = Endpoint(
      service, "changeText", .put, "texts/{text}", allow: .having(.administer),
      summary: "Give a text other words from now on, or those that Jalons comes with.", versioned: true)
    preview = Endpoint(
      service, "previewText", .post, "texts/{text}/preview", allow: .having(.administer),
      summary: "Show a text with invented data, without keeping it.", audit: .some(nil))
  }
}

extension ServiceName {
  public var texts: TextEndpoints { TextEndpoints(self) }

  /// The services that send some text of the county.
  public static var withTexts: [ServiceName] {
    allCases.filter { service in CountyText.allCases.contains { $0.service == service } }
  }
}
