import API
import Foundation
import HTTPTypes

/// Where a request goes, by its path alone.
struct Destination: Equatable, Sendable {
  enum Place: Equatable, Sendable {
    case live, ready, metrics, openAPI, liveEvents, beat, problemStyle
    case portal
    case service(String)
    case nowhere
  }
  let place: Place
  /// The parts of the path, decoded, as a router behind would see them: `//connexion/` is `/connexion`.
  let segments: [String]

  /// Nil for a path that no page of ours has: not decodable, or climbing with `..`.
  init?(path: String) {
    var segments: [String] = []
    for part in path.split(separator: "/") {
      guard let text = String(part).removingPercentEncoding, text != ".", text != "..",
        !text.unicodeScalars.contains(where: { $0.value < 32 || $0 == "\\" })
      else { return nil }
      segments.append(text)
    }
    self.segments = segments
    self.place = Self.place(segments)
  }

  private static func place(_ segments: [String]) -> Place {
    switch segments {
    case ["health", "live"]: return .live
    case ["health", "ready"]: return .ready
    case ["metrics"]: return .metrics
    case ["api", "openapi.json"]: return .openAPI
    case ["evenements"]: return .liveEvents
    case ["battement"]: return .beat
    case [ProblemPage.style]: return .problemStyle
    default: break
    }
    guard segments.first == "api" else { return .portal }
    guard segments.count > 3, segments[2] == "v1", let service = ServiceName(rawValue: segments[1]) else {
      return .nowhere
    }
    return .service(service.rawValue)
  }

  var isAPI: Bool { segments.first == "api" }
  /// Styles, scripts and pictures: the same for everybody.
  var isAsset: Bool { segments.first == "assets" && place == .portal }
  var isFeed: Bool { segments.starts(with: ["api", "dossiers", "v1", "feeds"]) }
  /// The most bytes that pass: as much as the largest file that an endpoint there takes.
  var bodyLimit: Int {
    isFeed || segments.first == "flux" ? GatewaySettings.feedBodyLimit : GatewaySettings.bodyLimit
  }

  /// Whether a link is asked for here, which is answered alike whether it is sent or not.
  var asksForLink: Bool { segments == ["mot-de-passe-oublie"] || segments == Self.resets }
  private static let resets = ["api", "identity", "v1", "password-resets"]

  /// Whether a password or code may be tried here, or a link asked for.
  func isSignIn(_ method: HTTPRequest.Method) -> Bool {
    guard method == .post else { return false }
    let sessions = ["api", "identity", "v1", "sessions"]
    return ["connexion", "mot-de-passe-oublie", "mot-de-passe"].contains(segments.first) || segments == sessions
      || segments == sessions + ["second-factor"]
      || segments.starts(with: Self.resets)
  }
}
