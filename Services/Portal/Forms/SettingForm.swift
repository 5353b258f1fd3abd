import API
import Service

/// A form on a page of the administration.
protocol SettingForm: DraftForm {
  /// What the room is called: stands in the title of the window.
  static var room: String { get }

  var head: PageHead { get }

  /// The page's body, with what stands beside the form: how it is now, what was decided before.
  func body(_ form: any Piece) -> [any Piece]
}

extension SettingForm {
  func body(_ form: any Piece) -> [any Piece] { [form] }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    visit.page(head, .administration, title: Self.room, notices + body(form))
  }
}

extension PageAnswer {
  /// The answer of an act of one click on something that others change too. Where it changed meanwhile, nothing is done:
  /// one is led to how it is now.
  ///
  /// - Parameters:
  ///   - address: the page that shows it.
  ///   - change: what is said: « La liste a changé ».
  static func acting(
    at address: String, unless change: String, _ body: () async throws -> PageAnswer
  ) async throws -> PageAnswer {
    do {
      return try await body()
    } catch let problem as Problem where problem.status == 412 {
      return .see(
        address, saying: "\(change) entre-temps. Voici l’état actuel : recommencez si besoin.", tone: .waiting)
    }
  }
}
