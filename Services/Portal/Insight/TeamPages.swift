import API
import Domain
import Foundation
import Service

let teamRights: [Right] = [.cancelExit, .transferCaseloads]
let teamAddress = "/tableau-de-bord/equipe"

/// A référent, or a structure, with what they follow and what they did.
private struct TeamLine: Sendable {
  let id: String
  let name: String
  var detail: String?
  var address: String?
  var load: Int
  /// Nil where it is not set for everybody.
  var capacity: Int?
  var values: [Int]
  var before: [Int]

  var isOver: Bool { capacity.map { load > $0 } ?? false }
  var shownLoad: String { capacity.map { "\(load) sur \($0)" } ?? String(load) }
}

/// The delay is a mean, which cannot be added up.
private func isMean(_ measure: TeamActivity.Measure) -> Bool { measure.code == "delai-decision" }

/// What each référent and each structure follows, against their capacity, and did in a period, beside the year before.
func teamPage(_ visit: Visit) async throws -> PageAnswer {
  let step: ActivityQuery.Step = visit.query["par"] == "semaine" ? .week : .month
  async let counting = visit.services.call(InsightAPI.showTeamActivity, [:], TeamQuery(step: step))
  async let listing = visit.services.call(DossiersAPI.listCaseloads, [:], CaseloadQuery())
  let (activity, caseloads) = try await (counting, listing.items)
  let lines = referents(caseloads, activity)
  let period =
    step == .week
    ? "semaine du \(French.long(activity.period))"
    : "\(French.months[activity.period.month - 1]) \(activity.period.year)"
  let turn =
    step == .month
    ? Action("Voir par semaine", Address(teamAddress, ["par": "semaine"]).text, icon: .calendar)
    : Action("Voir par mois", teamAddress, icon: .calendar)
  let head = PageHead(
    "Par référent et structure",
    lead:
      "Dossiers suivis (sur la capacité, si elle est fixée) et activité sur votre périmètre, \(period) ; entre parenthèses, "
      + "un an avant.",
    back: Link("Mon tableau de bord", "/tableau-de-bord"),
    actions: [turn, Action("Files actives", "/files-actives", icon: .users, weight: .plain)])
  return visit.page(
    head, .insight,
    [
      Panel("Par structure", [table("structures", "Structure", structures(lines, activity), activity)]),
      Panel("Par référent", [table("referents", "Référent", lines, activity)]),
    ])
}

private func referents(_ caseloads: [CaseloadRow], _ activity: TeamActivity) -> [TeamLine] {
  let members = Dictionary(activity.members.map { ($0.account, $0) }) { first, _ in first }
  let none = activity.measures.map { _ in 0 }
  return caseloads.map { row in
    TeamLine(
      id: row.account.description, name: row.name, detail: row.organisation, address: "/files-actives/\(row.account)",
      load: row.load, capacity: row.capacity, values: members[row.account]?.values ?? none,
      before: members[row.account]?.before ?? none)
  }
}

/// The référents of each structure added up; a capacity where each of them has one.
private func structures(_ lines: [TeamLine], _ activity: TeamActivity) -> [TeamLine] {
  let groups = Dictionary(grouping: lines) { $0.detail ?? "Sans structure" }
  return groups.keys.sorted().enumerated().map { place, name in
    let mine = groups[name] ?? []
    let capacities = mine.compactMap(\.capacity)
    func sums(_ values: (TeamLine) -> [Int]) -> [Int] {
      activity.measures.indices.map { place in mine.reduce(0) { $0 + values($1)[place] } }
    }
    return TeamLine(
      id: "structure-\(place)", name: name, detail: French.count(mine.count, "référent"),
      load: mine.reduce(0) { $0 + $1.load },
      capacity: capacities.count == mine.count ? capacities.reduce(0, +) : nil, values: sums(\.values),
      before: sums(\.before))
  }
}

/// - Parameter who: what a line stands for.
private func table(_ id: String, _ who: String, _ lines: [TeamLine], _ activity: TeamActivity) -> Table {
  let isGrouped = who == "Structure"
  let shown = activity.measures.indices.filter { !isGrouped || !isMean(activity.measures[$0]) }
  let rows = lines.map { line -> Row in
    let load = line.isOver ? Cell(Badge(line.shownLoad, .late, icon: .alert)) : Cell(line.shownLoad)
    // A mean of nothing is none.
    let numbers = shown.map { place -> Cell in
      let shown = [line.values[place], line.before[place]].map { number in
        number == 0 && isMean(activity.measures[place]) ? "—" : French.number(number)
      }
      return Cell("\(shown[0]) (\(shown[1]))")
    }
    return Row(
      id: line.id, address: line.address, name: line.name, mark: line.isOver ? .late : .neutral,
      [Cell(line.name, detail: line.detail), load] + numbers)
  }
  return Table(
    id: id, caption: "\(who)s",
    columns: [Column(who), Column("Dossiers", isNumber: true)]
      + shown.map { Column(activity.measures[$0].label, isNumber: true, isSecondary: $0 > 3) },
    rows: rows,
    empty: EmptyState(
      "Aucune file active", "Aucun dossier de votre périmètre n’a de référent de parcours. Genesis les nomme.",
      icon: .users))
}
