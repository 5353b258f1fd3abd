import API
import Foundation
import Hummingbird
import NIOCore
import Service

/// A problem as a person sees it in the browser when the portal is not there to draw it: in the portal's colours, of
/// which the gateway keeps the few that it takes.
enum ProblemPage {
  /// The name of the style sheet, at the root of the address.
  static let style = "probleme.css"

  /// - Parameters:
  ///   - asPage: whether a browser asked for a page; programs get `application/problem+json`.
  ///   - trace: what the person quotes to the operator.
  static func response(_ problem: Problem, asPage: Bool, trace: String) -> Response {
    guard asPage else { return problem.response }
    let detail = problem.detail.map { "<p>\(escaped($0))</p>" } ?? ""
    let html = """
      <!doctype html>
      <html lang="fr">
      <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(problem.title)) · Jalons</title><link rel="stylesheet" href="/\(style)"></head>
      <body><main>
      <p class="name">Jalons</p>
      <h1>\(escaped(problem.title))</h1>
      \(detail)
      <p><a class="action" href="">Réessayer</a> <a href="/">Revenir à l’accueil</a></p>
      <p><small>Erreur \(problem.status) · référence \(escaped(trace))</small></p>
      </main></body>
      </html>

      """
    return Response(
      status: .init(code: problem.status), headers: [.contentType: "text/html; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: html)))
  }

  static var styleSheet: Response {
    Response(
      status: .ok, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
      body: .init(byteBuffer: ByteBuffer(string: css)))
  }

  private static let css = """
    :root { color-scheme: light dark; --ink: #1b2733; --ground: #f5f7f8; --paper: #fff; --line: #d5dce1; --brand: #0b5c6b;
      --soft: #4b5a67; --on-brand: #fff }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4eaee; --ground: #12181d; --paper: #1a2229; --line: #323e48; --brand: #79cbd8; --soft: #a9b6c0;
        --on-brand: #06272e }
    }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif }
    main { box-sizing: border-box; width: min(34rem, 100vw - 2rem); padding: 2rem; background: var(--paper);
      border: 1px solid var(--line); border-radius: 6px }
    h1 { margin: 0 0 .75rem; font-size: 1.5625rem; line-height: 1.25 }
    .name { margin: 0 0 1.5rem; color: var(--brand); font-weight: 600 }
    a { color: var(--brand) }
    a:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
    .action { display: inline-block; margin-right: 1rem; padding: .6rem 1rem; border-radius: 6px; background: var(--brand);
      color: var(--on-brand); text-decoration: none }
    small { color: var(--soft) }

    """

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}

extension Problem {
  /// The same for somebody who only looks: nothing can have been recorded, so nothing is said of it.
  var ofReading: Problem {
    guard status >= 500 else { return self }
    var problem = self
    problem.detail = "Réessayez dans quelques secondes ; si l’erreur persiste, prévenez l’exploitant."
    return problem
  }

  static let gatewayUnreachable = Problem(
    "indisponible", 503, "Cette partie de Jalons est momentanément indisponible.",
    detail: "Rien n’a été enregistré. Réessayez dans quelques secondes.")
  static let gatewayLost = Problem(
    "interrompu", 502, "La réponse a été interrompue.",
    detail: "Votre demande a peut-être été enregistrée : vérifiez avant de recommencer.")
  static let gatewayTimeout = Problem(
    "delai-depasse", 504, "La réponse met trop de temps à venir.",
    detail: "Votre demande a peut-être été enregistrée : vérifiez avant de recommencer.")
  static func tooLarge(_ limit: Int) -> Problem {
    Problem(
      "trop-volumineux", 413, "L’envoi dépasse la taille permise.", detail: "La limite est de \(limit >> 20) Mio.")
  }
  static let stalled = Problem(
    "envoi-interrompu", 408, "L’envoi s’est arrêté en chemin.",
    detail: "Rien n’a été enregistré. Vérifiez votre connexion, puis recommencez.")
  static let foreignHost = Problem(
    "adresse", 421, "Jalons ne répond pas à cette adresse.",
    detail: "Utilisez l’adresse que votre département vous a donnée.")
  static let foreignOrigin = Problem(
    "origine", 403, "Cette demande ne vient pas d’une page de Jalons.",
    detail: "Rien n’a été enregistré. Ouvrez Jalons, puis recommencez depuis la page.")
  static func tooMany(_ seconds: Int) -> Problem {
    Problem(
      "trop-de-demandes", 429, "Trop de demandes en peu de temps.",
      detail: "Réessayez dans \(seconds) seconde\(seconds > 1 ? "s" : "").",
      offer: .object(["seconds": .integer(seconds)]))
  }
  static let gatewayFault = Problem(
    "erreur", 500, "Une erreur est survenue de notre côté.",
    detail: "Vérifiez si votre demande a été enregistrée ; si l’erreur persiste, prévenez l’exploitant.")
}
