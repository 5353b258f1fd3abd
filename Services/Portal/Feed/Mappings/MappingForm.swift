import API
import Foundation

/// What a sample's columns are, as a form: how the file is written, which column is which value, which word is which code.
struct MappingForm {
  let sample: FeedSample
  /// What came back, to be shown as it was typed.
  let typed: FormAnswers?
  /// The mapping that is being changed.
  let former: FeedMapping?
  let faults: FormFaults

  /// The value of a choice that is still to be made.
  private static let open = "?"

  static func column(_ index: Int) -> String { "colonne.\(index)" }
  static func value(_ column: Int, _ word: Int) -> String { "valeur.\(column).\(word)" }

  /// How the sample was read, so that an answer is never taken for another reading's.
  static func reading(_ sample: FeedSample) -> String { "\(sample.separator.rawValue) \(sample.encoding.rawValue)" }

  private func field(of index: Int) -> String? {
    if let typed { return typed[Self.column(index)] }
    let key = FeedCodes.key(sample.columns[index].header)
    if let former { return former.dialect.columns.first { FeedCodes.key($0.header) == key }?.field }
    return sample.columns[index].field
  }

  /// What a word stands for; nil while nobody has said.
  private func code(of word: String, field: String, _ column: Int, _ place: Int) -> String? {
    if let answer = typed?.exact(Self.value(column, place)) { return answer == Self.open ? nil : answer }
    let key = FeedCodes.key(word)
    let known = former?.dialect.values.first { $0.field == field && FeedCodes.key($0.written) == key }
    return known?.code ?? FeedCodes.guess(word, of: field)
  }

  /// The words of a column whose value is a code; none where it holds anything else.
  private func words(of index: Int) -> [(place: Int, word: String)] {
    guard let field = field(of: index), !FeedCodes.codes(of: field).isEmpty else { return [] }
    return sample.columns[index].values.enumerated().map { ($0, $1) }.filter { !FeedCodes.key($0.word).isEmpty }
  }

  private var separator: FeedDialect.Separator {
    typed?["separateur"].flatMap(FeedDialect.Separator.init(rawValue:)) ?? sample.separator
  }
  private var encoding: FeedDialect.Encoding {
    typed?["encodage"].flatMap(FeedDialect.Encoding.init(rawValue:)) ?? sample.encoding
  }
  private var dates: FeedDialect.Dates {
    typed?["dates"].flatMap(FeedDialect.Dates.init(rawValue:)) ?? former?.dialect.dates ?? sample.dates
  }
  private var isStock: Bool {
    if let typed { return typed["contenu"] != "changements" }
    return former?.dialect.isStock ?? true
  }

  /// The columns that are read, by their places in the sample.
  private var read: [(index: Int, field: String)] {
    sample.columns.indices.compactMap { index in field(of: index).map { (index, $0) } }
  }

  /// What the form says; what the sample does not show of a mapping that is changed stands.
  var dialect: FeedDialect {
    var values: [FeedDialect.Value] = []
    var seen: Set<String> = []
    func add(_ value: FeedDialect.Value) {
      if seen.insert("\(value.field) \(FeedCodes.key(value.written))").inserted { values.append(value) }
    }
    for (index, field) in read {
      for (place, word) in words(of: index) {
        if let code = code(of: word, field: field, index, place) { add(.init(field: field, written: word, code: code)) }
      }
    }
    let fields = Set(read.map(\.field))
    for value in former?.dialect.values ?? [] where fields.contains(value.field) { add(value) }
    return FeedDialect(
      separator: separator, encoding: encoding, dates: dates, isStock: isStock,
      columns: read.map { .init(header: sample.columns[$0.index].header, field: $0.field) }, values: values)
  }

  /// Words that nobody has said anything about.
  func unsaid(_ faults: inout FormFaults) {
    for (index, field) in read {
      for (place, word) in words(of: index) where code(of: word, field: field, index, place) == nil {
        faults.add(Self.value(index, place), "Dites ce que « \(word) » veut dire, ou choisissez « Ne rien retenir ».")
      }
    }
  }

  /// A service's faults, at the fields of the form.
  func faults(of problem: Problem) throws -> FormFaults {
    // The form comes back under the version of now.
    if problem.status == 412 { return FormFaults(general: .changed("Cette correspondance a changé entre-temps.")) }
    let columns = read
    var moved = problem
    moved.faults = problem.faults?.map { fault in
      let parts = fault.field.replacingOccurrences(of: "dialect.", with: "").split(separator: ".")
      switch parts.first {
      case "name": return Fault("nom", fault.code, fault.message)
      case "pattern": return Fault("motif", fault.code, fault.message)
      case "columns" where parts.count > 1:
        guard let place = Int(parts[1]), columns.indices.contains(place) else { return fault }
        return Fault(Self.column(columns[place].index), fault.code, fault.message)
      default: return fault
      }
    }
    return try FormFaults(moved, fields: ["nom", "motif"] + sample.columns.indices.map(Self.column))
  }

  // MARK: Pieces

  private var writing: FieldGroup {
    FieldGroup(
      "Comment le fichier est écrit",
      text: "Reconnu d’après l’échantillon. Après un autre séparateur ou un autre encodage, relisez l’échantillon.",
      isPaired: true,
      fields: [
        .select(
          "separateur", "Entre deux colonnes",
          FeedDialect.Separator.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == separator) },
          width: .medium, faults.common("separateur")),
        .select(
          "encodage", "Encodage",
          FeedDialect.Encoding.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == encoding) },
          width: .medium, faults.common("encodage")),
        .select(
          "dates", "Le 12 mars 2026 s’écrit",
          FeedDialect.Dates.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == dates) },
          width: .medium, faults.common("dates", help: "L’heure qui suit une date n’est pas lue")),
        .radios(
          "contenu", "Chaque fichier contient",
          [
            Choice(
              "toutes", "Toutes les personnes suivies", help: "Une sortie est proposée pour qui n’y est plus",
              isChosen: isStock),
            Choice(
              "changements", "Seulement les changements", help: "Une absence ne dit rien", isChosen: !isStock),
          ], faults.common("contenu")),
      ])
  }

  private var columns: FieldGroup {
    FieldGroup(
      "Ce que sont les colonnes",
      text:
        "Six données sont nécessaires, marquées * : numéro de demande RSA, identifiant de la personne, nom, prénom, date "
        + "de naissance, identifiant du référent. Ce que le fichier ne dit pas reste tel que dans Jalons.",
      isPaired: true,
      fields: sample.columns.enumerated().map { index, column in
        let examples = column.examples.joined(separator: " · ")
        return .select(
          Self.column(index), column.header.isEmpty ? "Colonne \(index + 1), sans nom" : column.header,
          [Choice("", "Ne pas lire", isChosen: field(of: index) == nil)], groups: groups(field(of: index)),
          faults.common(
            Self.column(index), help: examples.isEmpty ? "Vide dans l’échantillon" : examples, isRequired: false,
            saysOptional: false))
      })
  }

  private func groups(_ chosen: String?) -> [ChoiceGroup] {
    let required = Set(sample.fields.filter(\.isRequired).map(\.name))
    return AsideGroup.allCases.map { group in
      ChoiceGroup(
        group.rawValue,
        group.fields.map { name, _ in
          Choice(
            name, FeedDialect.label(of: name) + (required.contains(name) ? " *" : ""), isChosen: name == chosen)
        })
    }
  }

  private var tables: [FieldGroup] {
    read.compactMap { index, field in
      let fields = words(of: index).map { place, word -> Field in
        let chosen = code(of: word, field: field, index, place)
        let name = Self.value(index, place)
        var choices = FeedCodes.codes(of: field).map {
          Choice($0.code, "\($0.label) (\($0.code))", isChosen: $0.code == chosen)
        }
        choices.insert(Choice("", "Ne rien retenir", isChosen: chosen == ""), at: 0)
        if chosen == nil { choices.insert(Choice(Self.open, "À choisir", isChosen: true), at: 0) }
        return .select(
          name, "« \(word) »", choices, width: .medium, faults.common(name, isRequired: false, saysOptional: false))
      }
      guard !fields.isEmpty else { return nil }
      return FieldGroup(
        "Les valeurs de « \(sample.columns[index].header) »", text: FeedDialect.label(of: field), isPaired: true,
        fields: fields)
    }
  }

  private var keeping: FieldGroup {
    FieldGroup(
      "Enregistrer", isPaired: true,
      fields: [
        .text(
          "nom", "Nom de la correspondance", value: typed.map { $0["nom"] ?? "" } ?? former?.name, maximumLength: 80,
          faults.common("nom", help: "Le logiciel d’où vient le fichier, par exemple")),
        .text(
          "motif", "Nom des fichiers",
          value: typed.map { $0["motif"] ?? "" } ?? former.map { $0.pattern ?? "" } ?? pattern,
          maximumLength: 120,
          faults.common(
            "motif", help: "Un fichier de ce nom est lu ainsi sans qu’on le demande ; * remplace ce qui change",
            isRequired: false)),
      ])
  }

  /// The sample's name with stars for what changes from day to day.
  private var pattern: String? {
    guard var name = sample.fileName else { return nil }
    if name.lowercased().hasSuffix(".gz") { name.removeLast(3) }
    let replaced = name.replacing(/[0-9]{4,}([_-]?[0-9]+)*/, with: "*")
    return replaced == name || replaced == "*.csv" ? nil : replaced
  }

  func form(at address: String) -> Form {
    Form(
      id: "correspondance", address: "\(address)/enregistrer", groups: [writing, columns] + tables + [keeping],
      values: [
        HiddenValue("lu", Self.reading(sample)), HiddenValue("version", String(former?.version ?? 0)), Visit.freshKey,
      ], submit: "Enregistrer la correspondance",
      others: [
        SubmitButton("Vérifier sur l’échantillon", "\(address)/verifier"),
        SubmitButton("Relire l’échantillon", "\(address)/relire"),
      ], cancel: Link("Annuler", mappingsAddress))
  }
}
