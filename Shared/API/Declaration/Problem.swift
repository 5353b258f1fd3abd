import Domain
import Foundation

/// One thing wrong with what was sent: the field, a stable code, and what to do about it, in French.
public struct Fault: Codable, Sendable, Equatable, Hashable {
  /// Where, as `objectives.0.title`; empty for the whole.
  public var field: String
  public var code: String
  public var message: String

  public init(_ field: String, _ code: String, _ message: String) {
    self.field = field
    self.code = code
    self.message = message
  }
}

/// An answer that is not what was asked for (RFC 9457), in French and without anything of the inside.
public struct Problem: Error, Codable, Sendable, Equatable {
  /// Stable, for programs: `/problemes/perime`.
  public var type: String
  public var title: String
  public var status: Int
  public var detail: String?
  public var faults: [Fault]?
  /// With 412: the state that is current now, so that the person is shown what changed since.
  public var current: JSONValue?
  /// With 412: the version of that state, to be given in `If-Match`.
  public var version: Int?
  /// What can be done instead, such as the date at which to end the earlier period.
  public var offer: JSONValue?

  public init(
    _ slug: String, _ status: Int, _ title: String, detail: String? = nil, faults: [Fault]? = nil,
    current: JSONValue? = nil, offer: JSONValue? = nil
  ) {
    self.type = "/problemes/\(slug)"
    self.status = status
    self.title = title
    self.detail = detail
    self.faults = faults
    self.current = current
    self.offer = offer
  }

  public static func notFound(_ what: String = "Cette page") -> Problem {
    Problem(
      "introuvable", 404, "\(what) n’existe pas.",
      detail: "L’adresse est peut-être erronée, ou ce dossier n’est pas dans votre périmètre.")
  }
  public static let foreignMethod = Problem("methode", 405, "Cette méthode n’est pas prévue ici.")
  public static let signedOut = Problem(
    "non-connecte", 401, "Vous n’êtes pas connecté.", detail: "Connectez-vous, puis recommencez.")
  /// The token is good, but its session was closed since it was made.
  public static let sessionClosed = Problem(
    "non-connecte", 401, "Votre session est fermée.", detail: "Connectez-vous, puis recommencez.")
  /// The same for an access token that was revoked, ran out, or never was.
  public static let tokenRefused = Problem(
    "jeton-refuse", 401, "Ce jeton d’accès n’est pas ou plus valable.",
    detail: "Il a pu être révoqué ou arriver à son terme. Son propriétaire peut en créer un autre sur « Mon compte ».")
  /// A program's access token does not reach so far.
  public static func beyondToken(_ permit: Permit) -> Problem {
    Problem(
      "jeton-limite", 403, "Ce jeton d’accès ne permet pas cette action.",
      detail: "Il lui faudrait la portée « \(permit.rawValue) » : son propriétaire peut en créer un autre.")
  }
  public static func forbidden(_ detail: String? = nil) -> Problem {
    Problem("interdit", 403, "Votre profil ne permet pas cette action.", detail: detail)
  }
  public static func invalid(_ faults: [Fault]) -> Problem {
    Problem(
      "saisie", 422, "La saisie comporte \(faults.count == 1 ? "une erreur" : "\(faults.count) erreurs").",
      faults: faults)
  }
  public static func malformed(_ detail: String) -> Problem {
    Problem("illisible", 400, "La demande est illisible.", detail: detail)
  }
  /// The profile forces a second factor that the account does not have yet.
  public static let secondFactorMissing = Problem(
    "second-facteur-attendu", 403, "Votre profil demande un second facteur.",
    detail: "Ajoutez-le sur la page « Mon compte », puis recommencez.")
  /// The tab was opened before somebody else's change.
  public static func stale(_ current: JSONValue?, version: Int? = nil) -> Problem {
    var problem = Problem(
      "perime", 412, "Cette fiche a été modifiée depuis que vous l’avez ouverte.",
      detail: "Comparez avec l’état actuel, puis enregistrez de nouveau.", current: current)
    problem.version = version ?? current?["version"]?.int
    return problem
  }
  public static let versionMissing = Problem(
    "version-attendue", 428, "La version de départ manque.",
    detail: "Envoyez l’en-tête If-Match avec l’ETag reçu à la lecture.")
  public static func conflict(_ slug: String, _ title: String, detail: String? = nil, offer: JSONValue? = nil)
    -> Problem
  {
    Problem(slug, 409, title, detail: detail, offer: offer)
  }
  public static let archived = conflict(
    "dossier-archive", "Ce dossier est archivé : il se lit et ne se change plus.",
    detail: "Il revient de lui-même dans la file active si Genesis désigne de nouveau un référent.")
  public static let bodyMissing = Problem.malformed("Un corps est attendu.")
  /// The body is said to be of another type than the declared one.
  public static func foreignType(_ declared: String) -> Problem {
    Problem(
      "type-de-contenu", 415, "Le corps n’est pas du type attendu.",
      detail: "Envoyez-le avec l’en-tête Content-Type: \(declared).")
  }
  public static let busy = Problem(
    "indisponible", 503, "Le service est momentanément indisponible.",
    detail: "Rien n’a été enregistré. Réessayez dans quelques secondes.")
}
