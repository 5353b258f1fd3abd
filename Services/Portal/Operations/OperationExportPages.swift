import API
import Domain
import Foundation
import Service

/// What is told to the authority of an operation: its indicators, what is missing, the file and its columns.
func addOperationExportPages(to pages: Pages) {
  pages.get("operations/{operation}/indicateurs", rights: [.manageOperations]) { visit in
    try await indicatorsPage(visit)
  }
  pages.get("operations/{operation}/export", rights: [.fseExport]) { visit in
    let id = try visit.id("operation", of: FSEOperation.self)
    do {
      let file = try await visit.services.open(FSEAPI.exportOperation, ["operation": id], NoInput())
      return PageAnswer(.file(file, isShown: false))
    } catch let problem as Problem where problem.status == 409 {
      return .see(
        "\(operationAddress(id))/indicateurs",
        saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "), tone: .waiting)
    }
  }
  pages.form("operations/colonnes", rights: [.manageOperations], ExportMappingForm.self)
}

private func indicatorsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("operation", of: FSEOperation.self)
  let after = visit.query["apres"]
  let path = ["operation": id]
  async let showing = visit.services.call(FSEAPI.showOperation, path)
  async let counting = visit.services.call(FSEAPI.showIndicators, path)
  async let missing = faults(of: id, after: after, visit)
  let (operation, sheet, lacking) = try await (showing, counting, missing)
  var body: [any Piece] =
    sheet.inconsistencies.isEmpty
    ? [Notice("Les indicateurs concordent.", nil, .done)]
    : sheet.inconsistencies.map { Notice("À vérifier", $0, .waiting) }
  body.append(Panel("Indicateurs communs", [indicatorTable(sheet.indicators)]))
  if let lacking { body.append(Panel("Fautes de l’export", [faultTable(lacking, of: id, after: after)])) }
  let actions =
    visit.may(.fseExport)
    ? [
      Action("Colonnes", "\(operationsAddress)/colonnes", icon: .settings, weight: .plain),
      Action("Exporter (CSV)", "\(operationAddress(id))/export", icon: .download),
    ] : []
  let head = PageHead(
    "Indicateurs et export", lead: operation.name, back: Link(operation.name, operationAddress(id)), actions: actions)
  return visit.page(head, .offers, body)
}

/// Nil for those who do not export.
private func faults(
  of id: ID<FSEOperation>, after: String?, _ visit: Visit
) async throws -> Page<ExportFault>? {
  guard visit.may(.fseExport) else { return nil }
  return try await visit.services.call(
    FSEAPI.listExportFaults, ["operation": id], ExportFaultQuery(limit: 50, after: after))
}

private func indicatorTable(_ indicators: [Indicator]) -> Table {
  let rows = indicators.map { indicator in
    Row(
      id: indicator.code, name: indicator.label,
      [
        Cell(indicator.label, detail: indicator.code), Cell(French.number(indicator.total)),
        Cell(French.number(indicator.women)), Cell(French.number(indicator.men)),
        Cell(indicator.sources.isEmpty ? "Participations" : indicator.sources),
      ])
  }
  return Table(
    id: "indicateurs", caption: "Indicateurs communs",
    columns: [
      Column("Indicateur"), Column("Total", isNumber: true), Column("Femmes", isNumber: true),
      Column("Hommes", isNumber: true), Column("Compté d’après", isSecondary: true),
    ], rows: rows, empty: EmptyState("Aucun indicateur", "Ils se comptent dès le premier participant."))
}

private func faultTable(_ found: Page<ExportFault>, of id: ID<FSEOperation>, after: String?) -> Table {
  let address = "\(operationAddress(id))/indicateurs"
  let rows = found.items.map { fault in
    Row(
      id: fault.participation.description, address: participationAddress(fault.participation), name: fault.name,
      mark: .waiting, [Cell(fault.name, detail: "n° \(fault.number)"), Cell(fault.faults.joined(separator: " · "))])
  }
  return Table(
    id: "fautes", caption: "Ce qui manque à l’export", columns: [Column("Personne"), Column("Ce qui manque")],
    rows: rows, count: French.count(rows.count, "personne affichée", "personnes affichées"),
    empty: EmptyState("Aucune faute", "Chaque participant est complet.", icon: .check),
    pager: Pager(
      first: after == nil ? nil : address, next: found.next.map { Address(address, ["apres": $0]).text }))
}

/// The columns of the export, in their order. A line without a title is taken away.
struct ExportMappingForm: DraftForm {
  let visit: Visit
  let mapping: ExportMapping

  static func load(_ visit: Visit) async throws -> ExportMappingForm {
    ExportMappingForm(visit: visit, mapping: try await visit.services.call(FSEAPI.showExportMapping))
  }

  struct Draft: Sendable {
    var columns: [Int: ExportColumn]

    subscript(line: Int) -> ExportColumn? {
      get { columns[line] }
      set { columns[line] = newValue }
    }

    var lines: [Int] { columns.keys.sorted() }
    var whole: ExportMappingDraft { ExportMappingDraft(columns: lines.compactMap { columns[$0] }) }
  }

  var groups: [QuestionGroup<Draft>] {
    (0..<lines).map { QuestionGroup(nil, isPaired: true, all: [Self.column($0)]) }
  }

  private var lines: Int {
    let typed = (0..<100).last { visit.form["columns.\($0).title"] != nil }.map { $0 + 1 } ?? 0
    return min(max(typed, mapping.columns.count) + 3, 100)
  }

  private static func column(_ line: Int) -> Question<Draft> {
    let (title, source) = ("columns.\(line).title", "columns.\(line).source")
    return .parts(
      "columns.\(line)", "Colonne \(line + 1)", fields: [title, source], isRequired: false,
      written: { draft in draft[line].map { [$0.title, $0.source] } ?? ["", ""] },
      reading: { typed, _, draft in
        guard !typed[0].isEmpty else {
          draft[line] = nil
          return []
        }
        guard !typed[1].isEmpty else { return [FieldFault(source, "Choisissez la donnée de cette colonne.")] }
        draft[line] = ExportColumn(title: typed[0], source: typed[1])
        return []
      },
      drawing: { typed, common in
        [
          .text(title, "Colonne \(line + 1)", value: typed[0], maximumLength: 120, common(title)),
          .text(
            source, "Donnée", value: typed[1], width: .medium, maximumLength: 41, suggestions: sources, common(source)),
        ]
      })
  }

  /// What may be chosen; an answer is `entry:` or `exit:` with its question's code.
  private static let sources =
    [
      "number", "familyName", "givenName", "birthName", "birthDate", "sex", "commune", "postalCode", "phone", "email",
      "nationality", "operation", "operationCode", "from", "until", "entries", "entryCompleted", "exitCompleted",
    ] + (0...15).map { "entry:E\($0 < 10 ? "0" : "")\($0)" } + (1...6).map { "exit:S0\($0)" }

  var draft: Draft {
    Draft(columns: Dictionary(uniqueKeysWithValues: mapping.columns.enumerated().map { ($0, $1) }))
  }

  var version: Int? { mapping.version }
  var sending: Sending { Sending("colonnes", "Enregistrer les colonnes", cancel: operationsAddress) }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      "Colonnes de l’export",
      lead:
        "Une ligne sans titre est retirée. Une réponse s’écrit « entry: » ou « exit: » suivi du code de la question.",
      back: Link("Opérations FSE", operationsAddress))
    return visit.page(head, .offers, notices + [form])
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] {
    Problem.invalid(try draft.whole.outOfBounds).moved("columns", to: draft.lines).faults ?? []
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    do {
      _ = try await visit.services.call(FSEAPI.changeExportMapping, [:], draft.whole, version: version)
    } catch let problem as Problem {
      throw problem.moved("columns", to: draft.lines)
    }
    return .see(operationsAddress, saying: "Les colonnes de l’export sont enregistrées.")
  }
}
