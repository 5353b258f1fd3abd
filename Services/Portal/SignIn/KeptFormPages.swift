import API
import Domain
import Foundation
import Service

/// What one had typed when one's session ended.
let keptFormsRoom = Room(blocks: [HomeBlock("Saisies gardées", rights: []) { try await keptFormsBlock($0) }]) { pages in
  pages.get("saisies/{form}") { visit in try await keptFormPage(visit) }
  pages.post("saisies/{form}") { visit in try await visit.keepAsTyped() }
  pages.post("saisies/{form}/effacement") { visit in
    _ = try await visit.services.call(IdentityAPI.dropKeptForm, ["keptForm": try visit.id("form", of: KeptForm.self)])
    return .see("/", saying: "La saisie est effacée.")
  }
}

private func keptFormsBlock(_ visit: Visit) async throws -> HomeContent {
  let forms = try await visit.services.call(IdentityAPI.listKeptForms).items
  guard !forms.isEmpty else { return HomeContent() }
  let items = forms.map { form in
    Item(
      "Saisie du \(French.moment(form.keptAt))", address: form.resumption,
      text: "Elle n’a pas été enregistrée.", icon: .edit,
      actions: [
        Action("Reprendre", form.resumption, weight: .plain),
        Action("Effacer", "\(keptFormAddress(form.id))/effacement", weight: .plain, posts: true),
      ])
  }
  let list = ItemList(
    "Saisies gardées", items, empty: EmptyState("Aucune saisie gardée", "Rien n’attend.", icon: .edit))
  return HomeContent(panel: Panel("Saisies gardées", count: forms.count, [list]))
}

extension KeptForm {
  /// The page that the form stood on, to be filled in again.
  var resumption: String { "\(page)\(page.contains("?") ? "&" : "?")\(KeptForms.parameter)=\(id)" }
}

/// What was typed in a form that has no place any more: its page is out of reach, or is no longer the same.
private func keptFormPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("form", of: KeptForm.self)
  let kept = try await visit.services.call(IdentityAPI.showKeptForm, ["keptForm": id])
  let content = try JSONDecoder().decode(KeptForms.Content.self, from: Data((kept.content ?? "").utf8))
  let typed = content.answers.filter { !KeptForms.carried.contains($0.name) && !$0.value.isEmpty }
  let fields = typed.enumerated().map { number, answer in
    Field.area(
      "saisie-\(number + 1)", "Réponse \(number + 1)", value: answer.value,
      rows: min(12, 1 + answer.value.count / 80 + answer.value.split(separator: "\n").count),
      Field.Common(isReadOnly: true))
  }
  let form = Form(
    id: "saisie", address: "\(keptFormAddress(id))/effacement", groups: [FieldGroup(fields: fields)],
    submit: "Effacer cette saisie", cancel: Link("Ouvrir la page d’origine", kept.page), isGuarded: false)
  return visit.page(
    PageHead("Saisie du \(French.moment(kept.keptAt))"), .today,
    [
      Notice(
        "La page où vous saisissiez n’a plus de place pour ces réponses.",
        "Elle a changé, ou ne vous est plus accessible sous ce profil. Copiez ici ce dont vous avez besoin : "
          + "rien n’est enregistré, et tout s’efface au bout d’un jour.", .waiting),
      form,
    ])
}
