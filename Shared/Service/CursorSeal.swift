import API
import Foundation

/// Seals where a page of a list ended, for it may say who stands there: addresses are kept by proxies, histories and
/// referrers. Every list goes through here; stores write and read the place itself (`PageQuery.place`).
struct CursorSeal: Sendable {
  private let seal: KeySeal
  /// A place of one list is none in another.
  private let list: String

  init(_ seal: KeySeal, list: String) {
    self.seal = seal
    self.list = list
  }

  /// The query as the list's store reads it.
  /// - Throws: 422 when its place is none that this list gave.
  func opened<Input>(_ input: Input) throws -> Input {
    guard var query = input as? any PageQuery, let text = query.after, !text.isEmpty else { return input }
    guard let bytes = Data(base64URL: text), let place = seal.open(bytes, name: list) else { throw Problem.lostPlace }
    query.after = String(decoding: place, as: UTF8.self)
    return query as? Input ?? input
  }

  func sealed<Output>(_ output: Output) throws -> Output {
    guard var page = output as? any AnyPage, let place = page.next else { return output }
    page.next = try seal.seal(Data(place.utf8), name: list).base64URL
    return page as? Output ?? output
  }
}
