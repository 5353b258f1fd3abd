import Domain
import Foundation

@testable import Dossiers

/// Every field of a feed with every oddity that a county's files have shown, one person for each, in any format.
struct FeedFuzz {
  /// What a value is replaced by; controls that XML forbids are left to CSV.
  static let oddities: [(name: String, value: String)] = [
    ("empty", ""), ("blank", "   "), ("no-break blanks", "\u{A0}\u{2003}\u{202F}"),
    ("too long", String(repeating: "Z9", count: 200)), ("too many digits", String(repeating: "7", count: 40)),
    ("another script", "Коваленко 李 عمر"), ("controls", "A\tB\nC\u{85}\u{9C}\u{90}D"),
    ("forbidden", "A\u{1}\u{0}\u{B}B"),
    ("markup", "<&\"';\\N{}'&#38;"), ("picture", "😀"), ("invisible", "\u{FEFF}A\u{200F}B\u{AD}"),
    ("decomposed", "Le\u{301}a"), ("not a date", "32/13/1985"), ("a far day", "2140-01-01"),
    ("an old day", "1850-01-01"),
    ("a negative number", "-1"), ("NULL", "NULL"), ("a NIR", "285070718604227"),
  ]

  /// By field; each person alone in a household.
  typealias Person = [FeedField: String]

  let people: [Person]

  /// Nobody with any fault.
  static let clean = FeedFuzz(people: places.map { person($0) })
  /// One oddity each.
  static let odd = FeedFuzz(
    people: places.map { place in
      var person = person(place)
      person[FeedField.allCases[place / oddities.count]] = oddities[place % oddities.count].value
      return person
    })

  private static let places = 0..<(FeedField.allCases.count * oddities.count)

  private static func person(_ place: Int) -> Person {
    let number = String(10_000 + place)
    // So many of one month that the registry's order does not do.
    let body = "28507071\(86 - place / 900)\(100 + place % 900)"
    return [
      .numDemRsa: "202600\(number)", .fonorg: "CAF", .numorg: "072", .matricule: "12\(number)", .dtDemRsa: "2025-11-03",
      .oriDemRsa: "DEM", .etatDosRsa: "2", .dtOuverture: "2025-11-01", .sitFam: "CEL", .ddSitFam: "2020-01-01",
      .nbEnf: "1", .numVoie: "2", .libTypeVoie: "RUE", .nomVoie: "DE LA RECLUSE", .codePos: "07000", .numCom: "07186",
      .nomCom: "PRIVAS", .pays: "FRA", .dtEmm: "2020-01-01", .dtas: "CENTRE", .numTel: "0612345678",
      .autorUtiTel: "A", .adrElec: "anne@example.fr", .autorUtiAdrElec: "A", .role: "DEM", .idPers: "F\(number)",
      .qual: "MME", .nom: "FUZZ", .nomNai: "ESSAI", .prenom: "ANNE", .dtNai: "1985-07-14", .typeDtNai: "N",
      .sexe: "2", .nir: body, .nati: "F", .topPersDroDevoRsa: "1", .ddSouDroDev: "2025-11-01",
      .orientationType: "SOCIAL", .orientationDate: "2025-12-04", .referentId: "R\(number)", .referentNom: "DURAND",
      .referentPrenom: "PAUL", .referentMail: "r\(number)@example.fr", .referentStructure: "AMESUD",
      .referentIdStruct: "S\(number)", .referentDtas: "CENTRE", .referentFrom: "2025-12-10",
    ]
  }

  // MARK: As files

  enum Way: String, CaseIterable, Sendable { case xml, csv, county }

  func file(_ way: Way, day: String) -> Data {
    switch way {
    case .xml: Data(xml(day).utf8)
    case .csv: Data(csv(day).utf8)
    case .county: Data(county.utf8)
    }
  }

  private func xml(_ day: String) -> String {
    let households = people.map { person in
      func element(_ element: FeedField.Element, _ inside: String = "") -> String {
        let name = FeedFuzz.names[element] ?? ""
        let values = FeedField.fields(of: element).compactMap { field in
          person[field].map { " \(field.definition.attribute)=\"\(Self.escaped($0))\"" }
        }
        return "<\(name)\(values.joined())>\(inside)</\(name)>"
      }
      let shared = [.dossier, .droit, .situation, .adresse, .contact].map { element($0) }.joined()
      let own = [.duties, .orientation, .referent, .midem].map { element($0) }.joined()
      return "<Foyer>\(shared)\(element(.personne, own))</Foyer>"
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <FluxGenesis><IdentificationFlux APPLIEME="GEN" VERSIONFLUX="1" NATFLUX="S" DTCREAFLUX="\(day)" DTREF="\(day)"
        IDEPARTE="007"/>
      \(households.joined(separator: "\n"))
      <TransmissionFlux NBTOTDOSRSATRANSM="\(people.count)" NBPERSTRANSM="\(people.count)"/></FluxGenesis>
      """
  }

  private static let names: [FeedField.Element: String] = [
    .dossier: "Dossier", .droit: "Droit", .situation: "SituationFamille", .adresse: "Adresse", .contact: "Contact",
    .personne: "Personne", .duties: "DroitsDevoirs", .orientation: "Orientation", .referent: "Referent",
    .midem: "Midem",
  ]

  private func csv(_ day: String) -> String {
    let head = "#GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=S;DTCREAFLUX=\(day);DTREF=\(day);IDEPARTE=007\n"
    return head + county + "#FIN;NBTOTDOSRSATRANSM=\(households);NBPERSTRANSM=\(people.count)\n"
  }

  /// As a reader of lines counts them: those of one request that follow one another are one.
  private var households: Int { people.count }

  private var county: String {
    let lines = people.map { person in
      FeedField.allCases.map { "\"\((person[$0] ?? "").replacing("\"", with: "\"\""))\"" }.joined(separator: ";")
    }
    return ([FeedField.allCases.map(\.definition.column).joined(separator: ";")] + lines).joined(separator: "\n") + "\n"
  }

  /// CNAF's flow, from its schema.
  func cnaf(day: String) -> Data {
    let schema = VRSBSchema.shared
    func text(_ node: Int, _ person: Person) -> String {
      let node = schema.nodes[node]
      let inside: String? =
        switch node.meaning {
        case .value(.field(let field)): person[field].map(Self.escaped)
        case .value(.county): "007"
        case .value(.mark): node.name == "NATPREST" ? "RSA" : "1"
        case .value: nil
        default: node.children.map { text($0, person) }.joined()
        }
      return inside.map { "<\(node.name)>\($0)</\(node.name)>" } ?? ""
    }
    let household = schema.nodes.firstIndex { $0.name == "InfosFoyerRSA" } ?? 0
    return Data(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Racine><IdentificationFlux><APPLIEME>CRI</APPLIEME><DTCREAFLUX>\(day)</DTCREAFLUX><DTREF>\(day)</DTREF>
      </IdentificationFlux>
      \(people.map { text(household, $0) }.joined(separator: "\n"))
      <TransmissionFlux><NBTOTDOSRSATRANSM>\(people.count)</NBTOTDOSRSATRANSM></TransmissionFlux></Racine>
      """.utf8)
  }

  /// What XML can hold of it.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "<": "&lt;"
      case "&": "&amp;"
      case "\"": "&quot;"
      case "\t", "\n": "&#\(scalar.value);"
      default: scalar.value < 0x20 ? "" : String(scalar)
      }
    }.joined()
  }
}
