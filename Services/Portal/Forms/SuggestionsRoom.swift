import API
import Domain
import Foundation
import Service

/// What fields suggest while one types.
let suggestionsRoom = Room { pages in
  pages.get("suggestions/{source}") { visit in
    // The field sends its answer under its own name.
    let typed = visit.query.pairs.first?.value.trimmingCharacters(in: .whitespaces) ?? ""
    guard let source = visit.parameters["source"].flatMap(Suggestions.init(rawValue:)) else { throw Problem.notFound() }
    return visit.fragment([SuggestedNames(try await names(source, like: typed, visit))])
  }
}

private func names(_ source: Suggestions, like typed: String, _ visit: Visit) async throws -> [String] {
  let q = typed.isEmpty ? nil : String(typed.prefix(100))
  switch source {
  case .colleagues:
    return try await visit.services.call(
      IdentityAPI.listAccounts, [:], AccountQuery(q: q, status: .active, limit: 20)
    ).items.map(AccountPicker.label)
  case .structures:
    return try await visit.services.call(
      IdentityAPI.listOrganisations, [:], OrganisationQuery(q: q, limit: 20)
    ).items.map(\.name)
  case .agendas:
    let agents = try await visit.services.call(SchedulingAPI.listAgendaAgents)
    return Array(agents.filter { q.map($0.matches) ?? true }.map(\.label).prefix(20))
  case .trades:
    return try await visit.services.call(DossiersAPI.listTrades, [:], TradeQuery(q: q)).items.map {
      "\($0.code) \($0.label)"
    }
  }
}
