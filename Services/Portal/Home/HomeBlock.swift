import API
import Domain
import Foundation
import Logging

/// Something that the home page shows, brought by a room. Blocks are gathered side by side; one that cannot be had says
/// so in its place and the others stay.
struct HomeBlock: Sendable {
  /// Where its panel stands where the screen is wide.
  enum Place: Sendable { case left, right }

  /// Names it where it cannot be shown: « Rendez-vous du jour ».
  let title: String
  /// One of these shows it.
  let rights: [Right]
  let place: Place
  /// Shown only when the person added it, or when their profile has it by default (`HomeDefaults`).
  let isOptional: Bool
  /// The audited reads that it is made of, as the audit log names them.
  let reads: [String]
  let load: @Sendable (Visit) async throws -> HomeContent

  init(
    _ title: String, rights: [Right], place: Place = .left, isOptional: Bool = false, reads: [String] = [],
    _ load: @escaping @Sendable (Visit) async throws -> HomeContent
  ) {
    self.title = title
    self.rights = rights
    self.place = place
    self.isOptional = isOptional
    self.reads = reads
    self.load = load
  }
}

/// Figures for the top of the page, and a panel under them.
struct HomeContent: Sendable {
  var counters: [Counter] = []
  var panel: Panel?
}

extension HomeBlock {
  /// Names it in what a person keeps: « Rendez-vous sans réalisation » is `rendez-vous-sans-realisation`.
  var code: String {
    let plain = title.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
    let words = plain.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.joined(separator: "-")
  }

  /// Says what must not be missed, to everybody: it cannot be moved or taken away.
  var isFixed: Bool { rights.isEmpty }

  /// What it shows, or that it cannot be shown.
  func content(_ visit: Visit) async -> HomeContent {
    do {
      return try await PageTime.besideTheRest { try await load(visit) }
    } catch {
      visit.parts.logger.notice("a home block failed", metadata: ["block": "\(title)", "error": "\(error)"])
      return HomeContent(panel: Panel(title, [Notice.missingPart]))
    }
  }
}

/// The results of `body` for each value, side by side, in the values' order.
func sideBySide<Value: Sendable, Result: Sendable>(
  _ values: [Value], _ body: @escaping @Sendable (Value) async -> Result
) async -> [Result] {
  await withTaskGroup(of: (Int, Result).self) { group in
    for (index, value) in values.enumerated() { group.addTask { (index, await body(value)) } }
    var results: [(Int, Result)] = []
    for await result in group { results.append(result) }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
