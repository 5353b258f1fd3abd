import API
import Domain
import Service

func addReminderRoutes(to routes: Routes, store: ReminderStore) {
  routes.handle(SchedulingAPI.listReminderRules) { _, request in try await store.rules(for: request.caller) }
  routes.handle(SchedulingAPI.changeReminderRule) { draft, request in
    guard draft.body.contains("{date}"), draft.body.contains("{heure}") else {
      throw Problem.invalid([Fault("body", "mots", "Le texte doit contenir {date} et {heure}.")])
    }
    return try await store.add(draft, as: request.caller, at: request.now)
  }
}
