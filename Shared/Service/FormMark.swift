import Domain
import Foundation

/// What every form carries under seal: whose it is, of which session, and on which page it stood. A form that arrives
/// after its session has ended still says to whom what was typed in it belongs.
public struct FormMark: Codable, Sendable, Equatable {
  public let account: ID<Account>
  public let session: String
  /// The address of the page, with its query.
  public let page: String

  public init(account: ID<Account>, session: String, page: String) {
    self.account = account
    self.session = session
    self.page = page
  }

  private static let name = "form"

  /// The mark as a hidden field carries it.
  public func sealed(with seal: KeySeal) throws -> String {
    try seal.seal(JSONEncoder().encode(self), name: Self.name).base64URL
  }

  /// The mark that was sealed; nil for anything else.
  public init?(_ text: String?, seal: KeySeal) {
    guard let text, let sealed = Data(base64URL: text), let bytes = seal.open(sealed, name: Self.name) else {
      return nil
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: bytes)
    } catch {
      // Sealed by a version that wrote it differently: the form counts as one without a mark.
      return nil
    }
  }
}
