import API
import Foundation

extension FeedDialect.Separator {
  var label: String {
    switch self {
    case .semicolon: "Point-virgule ( ; )"
    case .comma: "Virgule ( , )"
    case .tab: "Tabulation"
    case .bar: "Barre verticale ( | )"
    }
  }
}

extension FeedDialect.Encoding {
  var label: String {
    switch self {
    case .utf8: "UTF-8"
    case .windows1252: "Windows-1252 (ou ISO-8859-1)"
    }
  }
}

extension FeedDialect.Dates {
  var label: String {
    switch self {
    case .iso: "2026-03-12"
    case .slashed: "12/03/2026"
    case .dashed: "12-03-2026"
    case .dotted: "12.03.2026"
    case .compact: "20260312"
    }
  }
}

extension FeedDialect {
  var content: String { isStock ? "Toutes les personnes suivies" : "Les changements du jour" }

  /// What a field is called where the county's own words stand beside it: without Genesis's codes.
  static func label(of field: String) -> String {
    if field == "IDPERS" { return "Identifiant de la personne" }
    let label = AsideGroup.labels[field] ?? field
    return label.firstRange(of: " (").map { String(label[..<$0.lowerBound]) } ?? label
  }

  /// What a code of a field is called.
  private static func code(_ code: String, of field: String) -> String {
    code.isEmpty ? "rien" : FeedCodes.codes(of: field).first { $0.code == code }?.label ?? code
  }

  /// « F → Femme ; H → Homme »; nil where nothing is put in another's place.
  func translation(of field: String) -> String? {
    let texts = values.filter { $0.field == field }.map { "\($0.written) → \(Self.code($0.code, of: field))" }
    return texts.isEmpty ? nil : texts.joined(separator: " ; ")
  }
}

extension FeedMapping.Edition {
  /// What it changed, value by value, against the one before.
  func changes(since former: FeedMapping.Edition) -> [Change] {
    var changes: [Change] = []
    func compare(_ label: String, _ before: String?, _ after: String?) {
      if before != after { changes.append(Change(label, from: before, to: after)) }
    }
    compare("Nom", former.name, name)
    compare("Nom des fichiers", former.pattern, pattern)
    compare("État", former.state, state)
    compare("Séparateur", former.dialect.separator.label, dialect.separator.label)
    compare("Encodage", former.dialect.encoding.label, dialect.encoding.label)
    compare("Dates", former.dialect.dates.label, dialect.dates.label)
    compare("Contenu", former.dialect.content, dialect.content)
    let fields = (former.dialect.columns + dialect.columns).map(\.field)
    for field in Set(fields).sorted() {
      let label = FeedDialect.label(of: field)
      compare(label, former.dialect.header(of: field), dialect.header(of: field))
      let words = (former.dialect.values + dialect.values).filter { $0.field == field }.map(\.written)
      for word in Set(words).sorted() {
        compare(
          "\(label), « \(word) »", former.dialect.meaning(of: word, in: field), dialect.meaning(of: word, in: field))
      }
    }
    return changes
  }

  private var state: String { isActive ? "En service" : "Retirée" }
}

extension FeedDialect {
  fileprivate func header(of field: String) -> String? { columns.first { $0.field == field }?.header }

  fileprivate func meaning(of word: String, in field: String) -> String? {
    values.first { $0.field == field && FeedCodes.key($0.written) == FeedCodes.key(word) }
      .map { Self.code($0.code, of: field) }
  }
}

extension FeedSampleCheck.Row {
  /// « Date illisible : Né(e) le »: what is wrong in which column, each column once.
  func reasons(_ dialect: FeedDialect) -> String {
    var seen: Set<String> = []
    return problems.filter { seen.insert($0.field).inserted }.map { problem in
      let column = dialect.columns.first { $0.field == problem.field }?.header ?? FeedDialect.label(of: problem.field)
      return "\(FeedWords.problem(problem.code)) : \(column)"
    }.joined(separator: " · ")
  }

  var badge: Badge {
    switch outcome {
    case .taken: Badge("Reprise", .done, icon: .check)
    case .ignored: Badge("Sans référent ouvert", .neutral, icon: .minus)
    case .aside: Badge("Mise de côté", .late, icon: .alert)
    }
  }

  /// « Demandeur · 14/07/1985 · Droit ouvert et versable · référent R0001 ».
  var understood: String {
    let role = FeedCodes.codes(of: "ROLEPERS").first { $0.code == values["ROLEPERS"] }?.label
    let right = values["ETATDOSRSA"].map { FeedWords.value($0, of: "entitlement") }
    let duties = values["TOPPERSDRODEVORSA"].map { $0 == "1" ? "SDD" : "NSDD" }
    let referent = (values["NOMREF"] ?? values["IDREF"]).map { "référent \($0)" }
    let birth = values["DTNAI"].map { FeedWords.value($0, of: "birthDate") }
    return [role, birth, right, duties, values["NOMCOM"], referent].compactMap { $0 }.joined(separator: " · ")
  }
}
