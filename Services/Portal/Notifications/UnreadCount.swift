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
    return await withTaskGroup(of: Int?.self) { group in
      group.addTask { await asked(visit) }
      group.addTask { await waited() }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private static func asked(_ visit: Visit) async -> Int? {
    do {
      return try await visit.services.call(SchedulingAPI.countNotices).unread
    } catch {
      visit.parts.logger.debug("no unread count", metadata: ["error": "\(error)"])
      return nil
    }
  }

  private static func waited() async -> Int? {
    do {
      try await Task.sleep(for: patience)
    } catch {
      // The count came first and ended the wait.
      return nil
    }
    return nil
  }
}
