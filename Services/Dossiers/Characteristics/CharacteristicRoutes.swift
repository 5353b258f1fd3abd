import API
import Domain
import Service

func addCharacteristicRoutes(
  to routes: Routes, store: CharacteristicStore, sheets: CharacteristicSheetStore, missing: MissingCharacteristicStore
) {
  routes.handle(DossiersAPI.listMissingCharacteristics) { query, request in
    try await missing.list(query, for: request.caller)
  }
  routes.handle(DossiersAPI.listCharacteristics) { _, request in try await store.all(for: request.caller) }
  routes.handle(DossiersAPI.addCharacteristic) { draft, request in try await store.add(draft, for: request.caller) }
  routes.handle(DossiersAPI.changeCharacteristic) { draft, request in
    try await store.change(
      request.word("characteristic"), to: draft, version: request.version, for: request.caller)
  }
  routes.handle(DossiersAPI.showCharacteristics) { _, request in
    try await sheets.sheet(of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.updateCharacteristics) { update, request in
    try await sheets.update(
      update, of: request.dossier, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.listCharacteristicHistory) { query, request in
    try await sheets.history(of: request.dossier, query, for: request.caller)
  }
}
