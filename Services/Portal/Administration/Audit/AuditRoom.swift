import API
import Domain
import Foundation
import Service

let auditRoom = Room(
  rights: [.readAudit],
  administration: [
    GuardedLink(
      rights: [.readAudit], link: Link("Journal d’audit", "/administration/journal"),
      text: "Qui a ouvert quel dossier, ce qu’un compte a fait, et quand")
  ],
  blocks: [HomeBlock("Journal d’audit", rights: [.readAudit]) { _ in auditBlock }]
) { pages in
  pages.get("administration/journal", rights: [.readAudit]) { visit in try await auditPage(visit) }
  pages.get("administration/journal/export", rights: [.readAudit]) { visit in try await exportAudit(visit) }
  addRetentionPages(to: pages)
}

private let pageLength = 50
private let base = "/administration/journal"

/// The two questions that the log answers, at hand on the home page.
private var auditBlock: HomeContent {
  let form = FilterBar(
    address: base,
    fields: [
      .text("dossier", "Numéro de dossier", maximumLength: 40, .optional),
      .text("compte", "Collaborateur", maximumLength: 100, .optional),
    ])
  let all = Action("Ouvrir le journal", base, weight: .plain)
  return HomeContent(panel: Panel("Journal d’audit", actions: [all], [form]))
}

/// What the log is searched for: all of it is in the address.
private struct AuditSearch {
  /// A number as people know it, or the identifier that a link bears.
  var dossier: String?
  /// A name as people write it, or the identifier that a link bears.
  var account: String?
  var kind: Act.Kind?
  var from: String?
  var until: String?
  let after: String?

  init(_ query: FormAnswers) {
    dossier = query["dossier"]
    account = query["compte"]
    kind = Act.Kind(word: query["acte"])
    from = query["du"]
    until = query["au"]
    after = query["apres"]
  }

  var isNarrowed: Bool { dossier != nil || account != nil || kind != nil || from != nil || until != nil }

  func address(after cursor: String? = nil) -> String {
    Address(
      base,
      ["dossier": dossier, "compte": account, "acte": kind?.word, "du": from, "au": until, "apres": cursor]
    ).text
  }

  /// All that is found, as a file.
  var exportAddress: String {
    Address(
      "\(base)/export", ["dossier": dossier, "compte": account, "acte": kind?.word, "du": from, "au": until]
    ).text
  }

  private func address(_ change: (inout AuditSearch) -> Void) -> String {
    var copy = self
    change(&copy)
    return copy.address()
  }

  func bar(name: String?, number: Int?, _ faults: FormFaults) -> FilterBar {
    func common(_ field: String, help: String? = nil) -> Field.Common {
      faults.common(field, help: help, isRequired: false)
    }
    var active: [Link] = []
    let shownNumber = number.map(String.init) ?? dossier
    if let shownNumber { active.append(Link("Dossier n° \(shownNumber)", address { $0.dossier = nil })) }
    if let account { active.append(Link("Compte : \(name ?? account)", address { $0.account = nil })) }
    if let kind { active.append(Link(kind.label, address { $0.kind = nil })) }
    if let from { active.append(Link("Du \(from)", address { $0.from = nil })) }
    if let until { active.append(Link("Au \(until)", address { $0.until = nil })) }
    let kinds = Act.Kind.allCases.map { Choice($0.word, $0.label, isChosen: $0 == kind) }
    return FilterBar(
      address: base,
      fields: [
        .text("dossier", "Numéro de dossier", value: shownNumber, maximumLength: 40, common("dossier")),
        .text("compte", "Collaborateur", value: name ?? account, maximumLength: 100, common("compte")),
        .select("acte", "Acte", [Choice("", "Tous")] + kinds, .optional),
        .date("du", "Du", value: from, common("du")), .date("au", "Au", value: until, common("au")),
      ], active: active, reset: base)
  }
}

/// The log, newest first: who, under which profile, did what, on which dossier, when and from where.
private func auditPage(_ visit: Visit) async throws -> PageAnswer {
  let search = AuditSearch(visit.query)
  var faults = FormFaults()
  let (query, name) = try await asked(search, visit, &faults)
  let head = PageHead(
    "Journal d’audit", lead: "Chaque consultation du journal y laisse elle-même une trace.",
    back: Link("Administration", "/administration"),
    actions: [
      Action("Exporter", search.exportAddress, icon: .download), Action("Conservation", retentionAddress, icon: .clock),
    ])
  guard faults.isEmpty else {
    let errors: [any Piece] =
      ErrorSummary(
        ["dossier", "compte", "du", "au"].compactMap { field in faults[field].map { Link($0, "#champ-\(field)") } }
      ).map { [$0] } ?? []
    return visit.page(head, .administration, errors + [search.bar(name: name, number: nil, faults)]).with(faults)
  }
  let found = try await visit.services.call(IdentityAPI.listAudit, [:], query)
  let known = name ?? (query.account == nil ? nil : found.items.first?.accountName)
  let number = query.dossier == nil ? nil : found.items.first?.number
  let table = Table(
    id: "journal", caption: "Journal d’audit",
    columns: [
      Column("Quand"), Column("Qui"), Column("Acte"), Column("Dossier"), Column("Depuis", isSecondary: true),
    ], rows: found.items.map(row),
    count: French.count(found.items.count, "acte affiché", "actes affichés"), empty: emptyState(search),
    pager: Pager(
      first: search.after == nil ? nil : search.address(), next: found.next.map { search.address(after: $0) }))
  return visit.page(head, .administration, [search.bar(name: known, number: number, faults), table])
}

/// What is found, for a spreadsheet; what cannot be exported is said on the page it was asked from.
private func exportAudit(_ visit: Visit) async throws -> PageAnswer {
  let search = AuditSearch(visit.query)
  var faults = FormFaults()
  var (query, _) = try await asked(search, visit, &faults)
  // The page says what is wrong with the filters.
  guard faults.isEmpty else { return .see(search.address()) }
  query.limit = nil
  do {
    return PageAnswer(.file(try await visit.services.open(IdentityAPI.exportAudit, [:], query), isShown: false))
  } catch let problem as Problem where problem.status == 409 {
    let text = [problem.title, problem.detail].compactMap { $0 }.joined(separator: " ")
    return .see(search.address(), saying: text, tone: .info)
  }
}

/// What is asked of the service, and the name of the account where it was looked up.
private func asked(
  _ search: AuditSearch, _ visit: Visit, _ faults: inout FormFaults
) async throws -> (AuditQuery, String?) {
  var query = AuditQuery(kind: search.kind, limit: pageLength, after: search.after)
  query.from = visit.query.date("du", today: visit.today, &faults)
  query.until = visit.query.date("au", today: visit.today, &faults)
  if let from = query.from, let until = query.until, until < from {
    faults.add(
      "au", "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates.")
  }
  if let dossier = search.dossier {
    query.dossier = ID<Dossier>(dossier)
    let digits = dossier.filter(\.isNumber)
    query.number = query.dossier == nil && digits.count == dossier.filter { !$0.isWhitespace }.count ? Int(digits) : nil
    if query.dossier == nil, !(query.number.map { (1...999_999_999).contains($0) } ?? false) {
      faults.add("dossier", "« \(dossier) » n’est pas un numéro de dossier. Il s’écrit en chiffres, par exemple 1042.")
    }
  }
  guard let typed = search.account else { return (query, nil) }
  if let account = ID<Account>(typed) {
    query.account = account
    return (query, nil)
  }
  let account = try await account(named: typed, visit, &faults)
  query.account = account?.id
  return (query, account.map(AccountPicker.label))
}

/// The account of a name, closed ones included: they did things too.
private func account(named typed: String, _ visit: Visit, _ faults: inout FormFaults) async throws -> AccountRow? {
  let name = typed.split(separator: "·").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? typed
  let found = try await visit.services.call(IdentityAPI.listAccounts, [:], AccountQuery(q: name, limit: 20)).items
  let exact = found.filter { AccountPicker.label($0) == typed }
  if exact.count == 1 { return exact[0] }
  if found.count == 1 { return found[0] }
  let some = found.prefix(4).map { "« \(AccountPicker.label($0)) »" }.joined(separator: ", ")
  faults.add(
    "compte",
    found.isEmpty
      ? "Aucun collaborateur ne s’appelle « \(typed) ». Vérifiez l’orthographe."
      : "Plusieurs collaborateurs correspondent. Précisez, par exemple \(some).")
  return nil
}

private func row(_ entry: AuditEntry) -> Row {
  let profile = entry.profile.map { Profile(rawValue: $0)?.label ?? $0 } ?? "Sans profil"
  let dossier = entry.dossier.map { dossier in
    let address = Address(base, ["dossier": entry.number.map(String.init) ?? dossier.description]).text
    return Cell(entry.number.map { "n° \($0)" } ?? "dossier supprimé", address: address)
  }
  let sentence = AuditWords.sentence(entry.act)
  return Row(
    id: String(entry.position), name: sentence,
    [
      Cell(French.short(CalendarDate(entry.at)), detail: French.time(entry.at)),
      Cell(
        entry.accountName, detail: profile,
        address: Address(base, ["compte": entry.account.description]).text),
      Cell(
        sentence,
        detail: entry.kind == Act.Kind.export.rawValue
          ? "Des données sont sorties de Jalons" : AuditWords.shown(in: entry.object)),
      dossier ?? Cell("—"), Cell(entry.address),
    ])
}

private func emptyState(_ search: AuditSearch) -> EmptyState {
  guard search.isNarrowed else {
    return EmptyState("Le journal est vide", "Chaque acte s’y inscrit dès qu’il est fait.", icon: .history)
  }
  return EmptyState(
    "Aucun acte ne correspond",
    search.dossier == nil
      ? "Élargissez la période, ou retirez un filtre."
      : "Personne n’a ouvert ce dossier sur cette période. Vérifiez son numéro, ou élargissez la période.",
    icon: .history, actions: [Action("Tout le journal", base, icon: .x)])
}
