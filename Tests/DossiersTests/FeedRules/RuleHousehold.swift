import Domain
import Foundation

/// A household as the county's file describes it on one day, to be changed one thing at a time.
struct RuleHousehold: Equatable, Sendable {
  var number: String
  var state = "2"
  var closedOn = ""
  var closure = ""
  var suspension = ""
  var situation = "VIM"
  var postcode = "07000"
  var commune = "PRIVAS"
  var territory = "CENTRE"
  var phone = "0612345678"
  var mail = "foyer@courriel.example"
  var claimant = ""
  var children = 1
  /// Empty on the days on which the file does not hold them.
  var people: [Person]

  struct Person: Equatable, Sendable {
    var role: String
    var id: String
    var name: String
    var given: String
    var sex: String
    var born: String
    var nir = ""
    var duties = "1"
    var orientation = "SOCIAL"
    var referent = "R0001"
    var structure = "S001"
    var from = "2026-01-05"
    var until = ""
    var noticeOn = ""
    var noticeReason = ""
  }

  /// A couple of its own for the rule of this number: Anne and Karim.
  init(rule: Int) {
    let two = rule < 10 ? "0\(rule)" : "\(rule)"
    number = "202610000\(two)"
    claimant = "10000\(two)"
    people = [
      Person(role: "DEM", id: "T\(two)A", name: "RULE\(two)", given: "ANNE", sex: "2", born: "1985-07-14"),
      Person(role: "CJT", id: "T\(two)B", name: "RULE\(two)", given: "KARIM", sex: "1", born: "1983-02-14"),
    ]
  }

  var anne: Person {
    get { people[0] }
    set { people[0] = newValue }
  }
  var karim: Person {
    get { people[1] }
    set { people[1] = newValue }
  }

  /// Leaves Anne alone.
  mutating func single() {
    people = [people[0]]
    situation = "CEL"
  }

  /// With the key that belongs to it: a NIR of Anne's sex and birth, or as another says.
  static func nir(_ rule: Int, start: String = "28507", wrongKey: Bool = false) -> String {
    let body = start + "07186" + String(repeating: "0", count: 3 - String(rule).count) + String(rule)
    let key = 97 - (Int(body) ?? 0) % 97
    let written = wrongKey ? key % 97 + 1 : key
    return body + (written < 10 ? "0\(written)" : "\(written)")
  }

  var lines: [String] {
    guard !people.isEmpty else { return [] }
    let shared = [
      number, state, closedOn, closure, suspension, situation, postcode, commune, territory, phone, mail, claimant,
    ]
    let members = people.map { person in
      shared + [
        person.role, person.id, person.name, person.given, person.born, person.sex, person.nir, person.duties,
        person.orientation, person.referent, "REF-\(person.referent)", person.structure, person.from, person.until,
        person.noticeOn, person.noticeReason,
      ]
    }
    let child = shared + ["ENF", "E\(number)", "ENFANT"] + Array(repeating: "", count: 13)
    return (members + Array(repeating: child, count: children)).map { $0.joined(separator: ";") }
  }

  static let columns =
    "NUMDEMRSA;ETATDOSRSA;DTCLORSA;MOTICLORSA;MOTISUSVERSRSA;SITFAM;CODEPOS;NOMCOM;DTAS;NUMTEL;ADRELEC;MATRICULE;"
    + "ROLEPERS;IDPERS;NOM;PRENOM;DTNAI;SEXE;NIR;TOPPERSDRODEVORSA;TYPEORIENT;IDREF;NOMREF;IDSTRUCT;DDDESIGNATION;"
    + "DFDESIGNATION;DATEMIDEM;MOTIFMIDEM"

  /// The file that holds these households.
  static func file(_ households: [RuleHousehold], isStock: Bool, on date: CalendarDate) -> Data {
    let lines = households.map(\.lines)
    let all =
      [
        "#GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=\(isStock ? "S" : "D");DTCREAFLUX=\(date);DTREF=\(date);IDEPARTE=007",
        columns,
      ] + lines.flatMap { $0 }
      + [
        "#FIN;NBTOTDOSRSATRANSM=\(lines.count { !$0.isEmpty });NBPERSTRANSM=\(lines.map(\.count).reduce(0, +))"
      ]
    return Data(all.joined(separator: "\n").utf8)
  }
}
