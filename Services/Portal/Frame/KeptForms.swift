import API
import Domain
import Foundation
import Logging
import Service

/// What was typed in a form whose session had ended: identity keeps it for its author, and the page that the form stood
/// on is filled in again once the author is back.
enum KeptForms {
  /// Names the form that a page is to be filled in from, in its address and in the form itself.
  static let parameter = "reprise"
  /// What a form carries besides what was typed.
  static let carried: Set<String> = ["csrf", Opened.version, Opened.digests, "cle", parameter]

  /// What identity keeps, word for word.
  struct Content: Codable {
    struct Answer: Codable {
      let name: String
      let value: String
    }
    /// Where the form was posted.
    let address: String
    let answers: [Answer]
    let files: [String]

    init(_ visit: Visit, address posted: String? = nil) {
      address = posted ?? visit.path
      answers = visit.form.pairs.filter { $0.name != "csrf" }.map { Answer(name: $0.name, value: $0.value) }
      files = visit.form.fileNames
    }

    var form: FormAnswers { FormAnswers(answers.map { ($0.name, $0.value) }) }
  }
}

/// The page of a kept form for which no page has a place any more.
func keptFormAddress(_ id: ID<KeptForm>) -> String { "/saisies/\(id)" }

extension Visit {
  /// The kept form that this page is to be filled in from.
  var keptForm: ID<KeptForm>? { query.id(KeptForms.parameter) }

  /// What becomes of a form that is not this session's; nil for one that is.
  ///
  /// - Throws: 403 for a form that was not made here, or that somebody else had opened.
  func foreign(keeping: Bool) async throws -> PageAnswer? {
    guard let mark else {
      guard person.isSignedIn else { return nil }
      throw Problem(
        "formulaire-perime", 403, "Ce formulaire n’est plus valable.",
        detail: "Revenez à la page précédente, rechargez-la, puis recommencez.")
    }
    if person.isSignedIn, mark.session == person.session { return nil }
    let answer = try await ended(keeping: keeping)
    guard person.isSignedIn else { return answer }
    guard mark.account == person.account else {
      throw Problem(
        "formulaire-d-un-autre", 403, "Ce formulaire a été ouvert par une autre personne.",
        detail: "Rien n’est enregistré sous votre nom. Ce qu’elle avait saisi est gardé un jour, pour elle seule.")
    }
    return answer
  }

  /// The way back to the page of a form whose session has ended, by the sign-in page where nobody is signed in. What was
  /// typed is kept.
  ///
  /// - Returns: nil when no form of ours was posted.
  func ended(keeping: Bool) async throws -> PageAnswer? {
    guard let mark, !isFragment else { return nil }
    var page = mark.page
    if keeping, hasTyped {
      let content = String(decoding: try JSONEncoder().encode(KeptForms.Content(self)), as: UTF8.self)
      // In nobody's name: the mark says whose it is.
      let kept = try await parts.client.call(
        IdentityAPI.keepForm, [:], FormToKeep(mark: form.exact("csrf") ?? "", content: content))
      page += "\(page.contains("?") ? "&" : "?")\(KeptForms.parameter)=\(kept.id)"
    }
    if person.isSignedIn, person.account == mark.account { return .see(page) }
    return .see(Address("/connexion", ["retour": page]).text)
  }

  /// Keeps what is typed in a form as one goes, under the name that the page chose: a closed tab loses nothing.
  func keepAsTyped() async throws -> PageAnswer {
    guard let posted = Address.local(query["adresse"]), hasTyped else { return fragment([]) }
    let content = String(decoding: try JSONEncoder().encode(KeptForms.Content(self, address: posted)), as: UTF8.self)
    _ = try await parts.client.call(
      IdentityAPI.keepForm, [:],
      FormToKeep(mark: form.exact("csrf") ?? "", content: content, id: try id("form", of: KeptForm.self)))
    return fragment([])
  }

  /// What was typed on this page and not sent, to be taken up again.
  func keptNotices() async -> [any Piece] {
    guard keptForm == nil else { return [] }
    do {
      let kept = try await services.call(IdentityAPI.listKeptForms).items
      return kept.filter { $0.page.prefix { $0 != "?" } == path }.prefix(1).map { form in
        Notice(
          "Votre saisie du \(French.moment(form.keptAt)) n’a pas été enregistrée.", nil, .info,
          actions: [Action("La reprendre", form.resumption)])
      }
    } catch {
      parts.logger.debug("no kept forms", metadata: ["error": "\(error)"])
      return []
    }
  }

  private var hasTyped: Bool {
    !form.fileNames.isEmpty || form.pairs.contains { !KeptForms.carried.contains($0.name) && !$0.value.isEmpty }
  }

  /// The page with the kept form filled in, where its address names one.
  func filledAgain(_ answer: PageAnswer) async throws -> PageAnswer {
    guard let id = keptForm, path != keptFormAddress(id) else { return answer }
    let kept: KeptForm
    do {
      kept = try await services.call(IdentityAPI.showKeptForm, ["keptForm": id])
    } catch let problem as Problem where problem.status == 404 {
      let notice = Notice(
        "Aucune saisie n’est gardée pour vous ici.",
        "Une saisie n’est gardée qu’un jour, et pour la personne qui l’a faite.", .waiting)
      return answer.with { [notice as any Piece] + $0 }
    }
    let content = try JSONDecoder().decode(KeptForms.Content.self, from: Data((kept.content ?? "").utf8))
    var filling = Filling(id: id, content: content)
    let filled = answer.with { filling.filled($0) }
    if filling.isDone { return filled.with { [filling.notice as any Piece] + $0 } }
    // A dialog of this page: its own page is the one to fill in.
    let action = answer.actions.first { $0.confirmation?.address == content.address }
    if let action, action.address != path {
      return .see(Address(action.address, [KeptForms.parameter: id.description]).text)
    }
    return .see(keptFormAddress(id))
  }

  /// A form that was filled in again has been taken: what was kept of it is forgotten.
  func forgetKeptForm() async {
    guard let id = form.id(KeptForms.parameter, of: KeptForm.self), path != keptFormAddress(id) else { return }
    do {
      _ = try await services.call(IdentityAPI.dropKeptForm, ["keptForm": id])
    } catch {
      // It goes by itself after a day.
      parts.logger.notice("a kept form was not forgotten", metadata: ["error": "\(error)"])
    }
  }
}

/// Puts what was typed into the form of a page that posts to the same address.
private struct Filling {
  let id: ID<KeptForm>
  let content: KeptForms.Content
  private(set) var isDone = false

  init(id: ID<KeptForm>, content: KeptForms.Content) {
    self.id = id
    self.content = content
  }

  var notice: Notice {
    let files =
      switch content.files.count {
      case 0: ""
      case 1: " Le fichier « \(content.files[0]) » n’a pas été gardé : déposez-le de nouveau."
      default: " Les fichiers n’ont pas été gardés (\(content.files.joined(separator: ", "))) : déposez-les de nouveau."
      }
    return Notice(
      "Votre saisie vous attendait.",
      "Elle n’avait pas été enregistrée. Vérifiez ce que vous aviez saisi, puis enregistrez.\(files)",
      .waiting)
  }

  mutating func filled(_ pieces: [any Piece]) -> [any Piece] {
    var result: [any Piece] = []
    for piece in pieces { result.append(filled(piece)) }
    return result
  }

  private mutating func filled(_ piece: any Piece) -> any Piece {
    switch piece {
    case let panel as Panel:
      return Panel(panel.title, id: panel.id, count: panel.count, actions: panel.actions, filled(panel.body))
    case let sides as SideBySide:
      return SideBySide(isUneven: sides.isUneven, left: filled(sides.left), right: filled(sides.right))
    case let form as Form where takes(form.address) || form.others.contains(where: { takes($0.address) }):
      isDone = true
      return form.answered(content.form, values: values(form.values))
    case let question as Confirmation where takes(question.address):
      isDone = true
      return question.answered(content.form, values: values(question.values))
    default: return piece
    }
  }

  private func takes(_ address: String) -> Bool { address.prefix { $0 != "?" && $0 != "#" } == content.address }

  /// The version that the form was opened with, and the key under which it is done once, stay what they were.
  private func values(_ values: [HiddenValue]) -> [HiddenValue] {
    values.map { HiddenValue($0.name, content.form.exact($0.name) ?? $0.value) }
      + [HiddenValue(KeptForms.parameter, id.description)]
  }
}
