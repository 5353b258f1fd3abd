import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks whether an address answers.
enum HTTPProbe {
  /// The status, or nil where nothing answers.
  static func status(of url: URL) async -> Int? {
    do {
      let response = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: url.absoluteString), timeout: .seconds(3))
      return Int(response.status.code)
    } catch {
      return nil
    }
  }
}
