import Foundation

/// What the next page says once: « La note est close. », with a way back where there is one.
struct Saying: Codable, Sendable, Equatable {
  /// Undoes what was done, by posting.
  struct Undo: Codable, Sendable, Equatable {
    var label = "Annuler"
    let address: String
    var values: [String: String] = [:]
  }

  enum Tone: String, Codable, Sendable {
    case done, info, waiting, late
  }

  let text: String
  var tone = Tone.done
  var undo: Undo?

  var toast: Toast {
    let action = undo.map { undo in
      Portal.Action(
        undo.label, undo.address, weight: .plain, posts: true,
        values: undo.values.sorted { $0.key < $1.key }.map { HiddenValue($0.key, $0.value) })
    }
    return Toast(text, Portal.Tone(rawValue: tone.rawValue) ?? .done, undo: action)
  }

  static let cookie = "jalons-dit"

  /// The cookie that carries it to the next page; it lives a minute.
  func header(seal: Seal, session: String) throws -> String {
    let value = seal.sealed(try JSONEncoder().encode(self), for: session)
    return "\(Self.cookie)=\(value); Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
  }

  static let forgetting = "\(cookie)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

  /// Reads it from a `Cookie` header.
  static func read(_ header: String?, seal: Seal, session: String) -> Saying? {
    guard let header else { return nil }
    for part in header.split(separator: ";") {
      let pair = part.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0] == cookie, let data = seal.opened(pair[1], for: session) else { continue }
      return try? JSONDecoder().decode(Saying.self, from: data)
    }
    return nil
  }
}
