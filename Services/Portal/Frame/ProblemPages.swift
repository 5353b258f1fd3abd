import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging

extension Problem {
  /// The problem that an error is for whoever asked; what only we should know goes to the log.
  init(of error: any Error, path: String, logger: Logger) {
    switch error {
    case let problem as Problem: self = problem
    case is CancellationError: self = .busy
    case let error as HTTPError where error.status == .notFound: self = .notFound()
    case let error as HTTPError:
      self = Problem("demande", error.status.code, "La demande n’est pas acceptable.")
    default:
      let reference = String(UUID().uuidString.prefix(8))
      logger.error(
        "a page failed",
        metadata: ["page": "\(path)", "reference": "\(reference)", "error": "\(String(reflecting: error))"])
      self = Problem("erreur", 500, "Une erreur est survenue de notre côté.", detail: reference)
    }
  }
}

extension Visit {
  /// The page that says what went wrong and what can be done. Absent and out of reach are told in the same words.
  func answer(to problem: Problem) -> PageAnswer {
    let status = HTTPResponse.Status(code: problem.status)
    let answer = page(for: problem, status)
    return status.code == 503 || status.code == 504 ? answer.with(.retryAfter, "2") : answer
  }

  private func page(for problem: Problem, _ status: HTTPResponse.Status) -> PageAnswer {
    let (title, notice) = words(for: problem)
    if isFragment { return fragment([Notice.refusal(problem.title, problem.detail)]).with(status) }
    let head = PageHead(title)
    guard person.isSignedIn else {
      return PageAnswer(.bare(BarePage(frame(title), head: head, body: [notice])), status)
    }
    return page(head, nil, [notice]).with(status)
  }

  private func words(for problem: Problem) -> (title: String, notice: ProblemNotice) {
    switch problem.status {
    case 404, 410: return ("Page introuvable", .notFound(maySearch: person.may(.readDossiers)))
    case 403 where problem.type == Problem.forbidden().type:
      return ("Action non permise", .forbidden(to: person.profile))
    case 503, 504:
      return (
        "Le service est indisponible",
        ProblemNotice(
          problem.title, advice: [problem.detail ?? "Réessayez dans une minute."],
          actions: form.exact("csrf") == nil ? [retry] : [subject ?? back()])
      )
    case 500...:
      return ("Le service est indisponible", .failure(reference: problem.detail ?? "\(problem.status)"))
    case 412, 428:
      return (
        "Cette fiche a changé",
        ProblemNotice(
          problem.title, advice: ["Rouvrez la page pour voir son état actuel, puis recommencez."],
          actions: subject.map { [$0, back(.outline)] } ?? [back()])
      )
    default:
      let advice = [problem.detail].compactMap { $0 } + (problem.faults ?? []).map(\.message)
      return (
        "Demande refusée",
        ProblemNotice(
          problem.title,
          advice: advice.isEmpty ? ["Rien n’a été enregistré. Voyez l’état actuel de la fiche."] : advice,
          actions: subject.map { [$0, back(.outline)] } ?? [back()])
      )
    }
  }

  /// For a page that was looked at: the address of an act is none that can be opened.
  private var retry: Action { Action("Réessayer", path, icon: .refresh, weight: .primary) }

  private func back(_ weight: Action.Weight = .primary) -> Action {
    Action("Revenir à l’accueil", "/", icon: .home, weight: weight)
  }

  /// The page of what the refused act was about, where the address names it.
  private var subject: Action? {
    let parts = path.split(separator: "/")
    guard parts.count > 2, UUID(uuidString: String(parts[1])) != nil else { return nil }
    let label: String? =
      switch parts[0] {
      case "dossiers": "Revenir au dossier"
      case "contrats": "Revenir au contrat"
      case "offres": "Revenir à l’offre"
      case "participations": "Revenir à la participation"
      default: nil
      }
    return label.map { Action($0, "/\(parts[0])/\(parts[1])", icon: .arrowLeft, weight: .primary) }
  }
}
