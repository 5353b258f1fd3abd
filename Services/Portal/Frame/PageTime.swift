import Domain
import Foundation

/// How long the parts of a page may take. What the page is about is waited for; what stands beside it is left out where
/// it is late, and its place says so.
enum PageTime {
  /// When the page was asked for.
  @TaskLocal static var began = ContinuousClock.now

  /// After the page was asked for, so that it comes within two seconds.
  private static let most = Duration.milliseconds(1500)
  /// When what the page is about took all of that.
  private static let least = Duration.milliseconds(300)

  /// Runs what the page can do without.
  static func besideTheRest<R>(_ body: () async throws -> R) async rethrows -> R {
    try await Deadline(end: max(began + most, .now + least)).run(body)
  }
}

extension Notice {
  /// Stands under the title of a part that did not come.
  static let missingPart = Notice("Momentanément indisponible", "Le reste de la page n’est pas concerné.", .waiting)
}
