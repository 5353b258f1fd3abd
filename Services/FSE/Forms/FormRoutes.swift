import API
import Domain
import Service

func addFormRoutes(to routes: Routes, store: FormStore) {
  routes.handle(FSEAPI.showForm) { _, request in
    try await store.show(try request.form, of: request.id("participation"), for: request.caller)
  }
  routes.handle(FSEAPI.saveForm) { input, request in
    try await store.save(
      input.answers, in: try request.form, of: request.id("participation"), version: request.version,
      for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.listDueForms) { query, request in
    try await store.due(query, for: request.caller)
  }
  routes.handle(FSEAPI.showQuestionnaire) { _, request in
    guard let version = Int(request.word("version")) else { throw Problem.notFound("Ce questionnaire") }
    return try await store.questionnaire(version, try request.form, for: request.caller)
  }
  routes.handle(FSEAPI.addQuestionnaires) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
}

extension EndpointRequest {
  fileprivate var form: FSEForm {
    get throws {
      guard let form = FSEForm(rawValue: word("form")) else { throw Problem.notFound("Ce questionnaire") }
      return form
    }
  }
}
