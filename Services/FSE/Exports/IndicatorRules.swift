import API
import Postgres

/// How a common indicator is counted: a condition on `p` (the participation), `d` (the dossier), `e` and `x` (the answers
/// at the entry and at the exit, of complete forms alone).
struct IndicatorRule: Sendable {
  let code: String
  let label: String
  let sources: String
  let condition: SQL

  private static let unemployed: SQL = """
    (e.answers is not null and coalesce(e.answers ->> 'E04', 'N') <> 'O'
      and (e.answers ->> 'E06' = 'ACT15' or e.answers ->> 'E09' = 'O'))
    """
  private static let employed: SQL = "coalesce(e.answers ->> 'E04' = 'O', false)"
  private static let age: SQL = "extract(year from age(p.from_date, d.birth_date))"
  private static let jobless: SQL = """
    (case when e.answers ->> 'E07' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then (e.answers ->> 'E07')::date end)
    """

  static let all: [IndicatorRule] = [
    IndicatorRule(code: "EECO01", label: "Participants", sources: "", condition: "true"),
    IndicatorRule(
      code: "EECO02", label: "Chômeurs, y compris de longue durée", sources: "E04, E06, E09", condition: unemployed),
    IndicatorRule(
      code: "EECO03", label: "Chômeurs de longue durée", sources: "E04, E06, E07, E09, date de naissance",
      condition: """
        (\(unemployed) and \(jobless)
          + case when \(age) < 25 then interval '6 months' else interval '12 months' end <= p.from_date)
        """),
    IndicatorRule(
      code: "EECO04", label: "Inactifs", sources: "E04, E06, E09",
      condition: "(e.answers is not null and not \(unemployed) and not \(employed))"),
    IndicatorRule(
      code: "EECO05", label: "Titulaires d’un emploi, y compris indépendants", sources: "E04", condition: employed),
    IndicatorRule(code: "EECO06", label: "Moins de 18 ans", sources: "date de naissance", condition: "\(age) < 18"),
    IndicatorRule(
      code: "EECO07", label: "De 18 à 29 ans", sources: "date de naissance", condition: "\(age) between 18 and 29"),
    IndicatorRule(code: "EECO08", label: "55 ans et plus", sources: "date de naissance", condition: "\(age) >= 55"),
    IndicatorRule(
      code: "EECO09", label: "Premier cycle du secondaire ou moins", sources: "E11",
      condition: "e.answers ->> 'E11' in ('0', '1', '2')"),
    IndicatorRule(
      code: "EECO10", label: "Second cycle du secondaire ou post-secondaire", sources: "E11",
      condition: "e.answers ->> 'E11' in ('3P', '3G', '4')"),
    IndicatorRule(
      code: "EECO11", label: "Enseignement supérieur", sources: "E11",
      condition: "e.answers ->> 'E11' in ('5', '6', '7', '8')"),
    IndicatorRule(
      code: "EECO12", label: "En situation de handicap", sources: "E12", condition: "e.answers ->> 'E12' = 'O'"),
    IndicatorRule(
      code: "EECO13", label: "Ressortissants de pays tiers", sources: "E01, E02",
      condition: "e.answers ->> 'E01' = 'N' and e.answers ->> 'E02' = 'N'"),
    IndicatorRule(
      code: "EECO14", label: "D’origine étrangère", sources: "E15", condition: "e.answers ->> 'E15' in ('1', '2')"),
    IndicatorRule(
      code: "EECO16", label: "Sans domicile ou exclus du logement", sources: "E14",
      condition: "e.answers ->> 'E14' = 'O'"),
    IndicatorRule(
      code: "EECR01", label: "En recherche d’emploi à la sortie", sources: "E04, E06, E09, S03",
      condition: """
        (e.answers is not null and not \(unemployed) and not \(employed) and x.answers ->> 'S03' = 'CHOM')
        """),
    IndicatorRule(
      code: "EECR02", label: "En études ou en formation à la sortie", sources: "E03, E08, S03",
      condition: """
        (e.answers is not null and coalesce(e.answers ->> 'E08', 'N') <> 'O'
          and coalesce(e.answers ->> 'E03', 'AUT') = 'AUT' and x.answers ->> 'S03' = 'FORM')
        """),
    IndicatorRule(
      code: "EECR03", label: "Ont obtenu une qualification", sources: "S04", condition: "x.answers ->> 'S04' = 'O'"),
    IndicatorRule(
      code: "EECR04", label: "En emploi à la sortie", sources: "E04, S03",
      condition: "(e.answers is not null and not \(employed) and x.answers ->> 'S03' like 'EMP%')"),
    IndicatorRule(
      code: "EECR05", label: "En emploi six mois après la sortie", sources: "S06",
      condition: "x.answers ->> 'S06' like 'EMP%'"),
  ]
}

extension IndicatorSheet {
  /// Each participant has exactly one status, one level of instruction (regulation (EU) 2021/1057, annex I).
  static func inconsistencies(_ indicators: [Indicator]) -> [String] {
    let totals = Dictionary(indicators.map { ($0.code, $0.total) }) { first, _ in first }
    func sum(_ codes: String...) -> Int { codes.reduce(0) { $0 + (totals[$1] ?? 0) } }
    let all = sum("EECO01")
    var sentences: [String] = []
    let statuses = sum("EECO02", "EECO04", "EECO05")
    if statuses != all {
      sentences.append(
        "Chômeurs, inactifs et personnes en emploi font \(statuses), pour \(all) participants : il manque "
          + "\(all - statuses) questionnaires d’entrée complets.")
    }
    let levels = sum("EECO09", "EECO10", "EECO11")
    if levels != all {
      sentences.append("Les niveaux d’instruction font \(levels), pour \(all) participants.")
    }
    for indicator in indicators where indicator.women + indicator.men != indicator.total {
      sentences.append(
        "\(indicator.code) : \(indicator.total - indicator.women - indicator.men) personnes n’ont pas de sexe connu.")
    }
    return sentences
  }
}
