import API
import Domain

/// What each profile's home page begins with, before the person arranges it: the work of the day in front.
enum HomeDefaults {
  /// - Returns: the codes of the blocks that stand first, in their order, each in its column.
  static func places(of profile: Profile?) -> [HomePlace] {
    switch profile {
    case .referent, .accompagnateurEmploi:
      columns(
        ["ma-journee", "mes-cer", "sorties-proposees", "questionnaires-fse-a-remplir"],
        ["alertes", "rendez-vous-sans-realisation", "notes-attribuees", "notes-en-cours", "consultes-recemment"])
    case .referentFSE:
      columns(
        ["ma-journee", "questionnaires-fse-a-remplir", "mes-cer", "sorties-proposees"],
        ["alertes", "rendez-vous-sans-realisation", "notes-attribuees", "notes-en-cours", "consultes-recemment"])
    case .secretariatDispositif:
      columns(
        ["contrats-a-traiter", "sorties-proposees", "ma-journee"],
        [
          "alertes", "notes-attribuees",
          "mises-en-demeure-demandees", "notes-en-cours", "consultes-recemment",
        ])
    case .secretariatProximite, .secretariatStructure:
      columns(
        ["ma-journee", "notes-attribuees", "notes-en-cours", "rapports"],
        ["alertes", "consultes-recemment", "recherches-enregistrees"])
    case .chefDeService, .ali:
      columns(
        ["contrats-a-traiter", "sorties-proposees", "ma-journee", "rapports"],
        ["alertes", "notes-attribuees", "notes-en-cours", "consultes-recemment"])
    case .gestionnaireFSE:
      columns(["questionnaires-fse-a-remplir", "operations-fse", "rapports"], ["alertes", "consultes-recemment"])
    case .operateur:
      columns(["questionnaires-fse-a-remplir", "personnes-inscrites"], ["alertes", "consultes-recemment"])
    case .siege: columns(["cer-par-etat", "rapports"], ["alertes", "recherches-enregistrees", "consultes-recemment"])
    case .administrateur:
      columns(["comptes-a-confirmer"], ["flux-genesis", "usages-inhabituels", "consultes-recemment"])
    case .dpo: columns(["journal-d-audit"], ["usages-inhabituels"])
    case .exploitant: columns(["flux-genesis", "outils-d-exploitation"], [])
    case nil: []
    }
  }

  private static func columns(_ left: [String], _ right: [String]) -> [HomePlace] {
    left.map { HomePlace($0, .left) } + right.map { HomePlace($0, .right) }
  }
}

/// The blocks of a person's home page, in their order.
struct HomeArrangement: Sendable {
  struct Standing: Sendable {
    let block: HomeBlock
    var column: HomePlace.Column
  }

  /// What the person may have on the page, but for what everybody is told.
  let available: [HomeBlock]
  private(set) var standing: [Standing]
  /// Whether the person arranged it.
  let isOwn: Bool

  init(_ available: [HomeBlock], kept: [HomePlace]?, profile: Profile?) {
    let movable = available.filter { !$0.isFixed }
    self.available = movable
    isOwn = kept != nil
    func blocks(_ places: [HomePlace]) -> [Standing] {
      places.compactMap { place in
        movable.first { $0.code == place.block }.map { Standing(block: $0, column: place.column) }
      }
    }
    if let kept {
      standing = blocks(kept)
    } else {
      let first = blocks(HomeDefaults.places(of: profile))
      let named = Set(first.map(\.block.code))
      standing =
        first
        + movable.filter { !$0.isOptional && !named.contains($0.code) }.map {
          Standing(block: $0, column: $0.place == .left ? .left : .right)
        }
    }
  }

  var places: [HomePlace] { standing.map { HomePlace($0.block.code, $0.column) } }

  /// What may still be added.
  var missing: [HomeBlock] {
    let shown = Set(standing.map(\.block.code))
    return available.filter { !shown.contains($0.code) }
  }

  func blocks(in column: HomePlace.Column) -> [HomeBlock] { standing.filter { $0.column == column }.map(\.block) }

  enum Move: String, Sendable { case add, remove, up, down, left, right }

  /// One step; a step that leads nowhere changes nothing.
  mutating func make(_ move: Move, of code: String) {
    guard let index = standing.firstIndex(where: { $0.block.code == code }) else {
      if move == .add, let block = missing.first(where: { $0.code == code }) {
        standing.append(Standing(block: block, column: block.place == .left ? .left : .right))
      }
      return
    }
    switch move {
    case .add: break
    case .remove: standing.remove(at: index)
    case .left: standing[index].column = .left
    case .right: standing[index].column = .right
    case .up, .down:
      let column = standing[index].column
      let mates = standing.indices.filter { standing[$0].column == column }
      guard let place = mates.firstIndex(of: index) else { return }
      let other = place + (move == .up ? -1 : 1)
      guard mates.indices.contains(other) else { return }
      standing.swapAt(index, mates[other])
    }
  }

  /// Puts a block before another one of a column, or at its end.
  mutating func place(_ code: String, before other: String?, in column: HomePlace.Column) {
    guard code != other, let index = standing.firstIndex(where: { $0.block.code == code }) else { return }
    var moved = standing.remove(at: index)
    moved.column = column
    let place = other.flatMap { other in standing.firstIndex { $0.block.code == other && $0.column == column } }
    standing.insert(moved, at: place ?? standing.count)
  }
}
