import API
import Domain
import Foundation
import Logging
import Service

/// The figure beside the bell.
enum UnreadCount {
  /// A figure is not worth a wait: a page that is ready after this goes without it.
  private static let patience = Duration.milliseconds(800)

  /// - Returns: nil for whoever is not signed in, and when it cannot be had in time: the bell then has no figure.
  static func of(_ visit: Visit) async -> Int? {
    guard visit.person.isSignedIn, !visit.person.mustEnrol else { return nil }
    do {
      return try await Deadline(in: patience).run { try await visit.services.call(SchedulingAPI.countNotices).unread }
    } catch {
      visit.parts.logger.debug("no unread count", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
