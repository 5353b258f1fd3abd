import API
import Foundation

/// What a mapping must satisfy, whatever the sample: functions of what was said.
enum MappingChecks {
  static func faults(of draft: FeedMappingDraft) -> [Fault] {
    var found = faults(of: draft.dialect, path: "dialect.")
    if draft.name.trimmingCharacters(in: .whitespacesAndNewlines).count < 2 {
      found.append(Fault("name", "nom", "Donnez un nom à cette correspondance."))
    }
    if let pattern = draft.pattern, !pattern.contains(where: { $0.isLetter || $0.isNumber }) {
      found.append(
        Fault(
          "pattern", "motif", "Le motif doit contenir au moins une lettre ou un chiffre : il prendrait tout fichier."))
    }
    return found
  }

  /// - Parameter path: what stands before the fields' names.
  static func faults(of dialect: FeedDialect, path: String = "") -> [Fault] {
    var found: [Fault] = []
    var fields: Set<String> = []
    var headers: Set<String> = []
    for (index, column) in dialect.columns.enumerated() {
      let place = "\(path)columns.\(index)"
      if FeedField.byColumn[column.field] == nil {
        found.append(Fault("\(place).field", "inconnue", "Le flux n’a pas de donnée de ce nom."))
      } else if !fields.insert(column.field).inserted {
        found.append(
          Fault(
            "\(place).field", "en-double", "Deux colonnes ne peuvent pas donner la même donnée : choisissez-en une."))
      }
      let key = FeedCodes.key(column.header)
      if key.isEmpty || !headers.insert(key).inserted {
        found.append(
          Fault("\(place).header", "nom", "Deux colonnes portent le même nom, ou n’en ont pas : renommez-les."))
      }
    }
    let missing = CountyCSV.required.filter { !fields.contains($0.definition.column) }
    if !missing.isEmpty {
      let names = missing.compactMap { Self.names[$0] }.joined(separator: ", ")
      found.append(Fault("\(path)columns", "manquante", "Dites quelle colonne donne : \(names)."))
    }
    var words: Set<String> = []
    for (index, value) in dialect.values.enumerated() {
      let place = "\(path)values.\(index)"
      let codes = FeedCodes.codes(of: value.field).map(\.code)
      if codes.isEmpty {
        found.append(Fault("\(place).field", "sans-codes", "Cette donnée n’a pas de valeurs à traduire."))
      } else if !value.code.isEmpty, !codes.contains(value.code) {
        found.append(Fault("\(place).code", "inconnu", "Cette valeur n’existe pas dans le flux."))
      }
      let key = FeedCodes.key(value.written)
      if key.isEmpty || !words.insert("\(value.field) \(key)").inserted {
        found.append(Fault("\(place).written", "en-double", "La même valeur est traduite deux fois."))
      }
    }
    return found
  }

  private static let names: [FeedField: String] = [
    .numDemRsa: "le numéro de demande RSA", .idPers: "l’identifiant de la personne", .nom: "le nom",
    .prenom: "le prénom", .dtNai: "la date de naissance", .referentId: "l’identifiant du référent",
  ]
}

/// Which files a mapping reads by their names: `*` stands for anything, `?` for one character; case does not count.
enum FilePattern {
  static func matches(_ pattern: String, _ name: String) -> Bool {
    var name = name.split(separator: "/").last.map { String($0).lowercased() } ?? ""
    if name.hasSuffix(".gz"), !pattern.lowercased().hasSuffix(".gz") { name.removeLast(3) }
    let (wanted, given) = (Array(pattern.lowercased()), Array(name))
    // Where a star began, to try it with one character more.
    var (place, at, star, resumed) = (0, 0, -1, 0)
    while at < given.count {
      if place < wanted.count, wanted[place] == "*" {
        (star, resumed) = (place, at)
        place += 1
      } else if place < wanted.count, wanted[place] == "?" || wanted[place] == given[at] {
        place += 1
        at += 1
      } else if star >= 0 {
        resumed += 1
        (place, at) = (star + 1, resumed)
      } else {
        return false
      }
    }
    return wanted[place...].allSatisfy { $0 == "*" }
  }

  /// The day that a file's name tells, as in `EXPORT_20260312.csv`: it describes the state of that day.
  static func day(in name: String) -> String? {
    var run: [Character] = []
    for character in name + " " {
      if character.isASCII, character.isNumber {
        run.append(character)
        continue
      }
      if run.count >= 8 {
        let digits = String(run.prefix(8))
        let day = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
        if digits.hasPrefix("20"), let date = FeedDate.iso(day) { return date }
      }
      run = []
    }
    return nil
  }
}
