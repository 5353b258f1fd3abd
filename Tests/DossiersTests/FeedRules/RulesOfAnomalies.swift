import Testing

extension FeedRule {
  /// Whoever is described wrongly is set aside with the reason, keeps yesterday's state, stops nobody else, and is taken
  /// again once the source is corrected (rule F7).
  static let ofAnomalies: [FeedRule] = [
    anomaly("the key of the NIR is wrong", "nir-invalide") { $0.anne.nir = RuleHousehold.nir($0.rule, wrongKey: true) },
    anomaly("two applicants", "deux-demandeurs") { $0.karim.role = "DEM" },
    anomaly("two partners", "deux-conjoints") {
      $0[0].people.append($0.karim)
      $0[0].people[2].id += "2"
    },
    anomaly("a partner without applicant", "conjoint-sans-demandeur", of: "B") { $0[0].people = [$0.karim] },
    anomaly("single, with a partner", "isole-avec-conjoint") { $0[0].situation = "CEL" },
    anomaly("a role that is none", "role-inconnu", of: "B") { $0.karim.role = "XXX" },
    anomaly("a state of the right that is none", "etat-droit-inconnu") { $0[0].state = "9" },
    anomaly("closed without a date", "clos-sans-date") { $0[0].state = "5" },
    anomaly("a date that is none", "date-illisible") { $0.anne.born = "1985-02-30" },
    anomaly("an identifier longer than its column", "champ-trop-long") {
      $0.anne.referent = String(repeating: "R", count: 21)
    },
    anomaly("no name", "nom-absent") { $0.anne.name = "" },
    anomaly("one identifier for both", "identifiant-en-double") { $0.karim.id = $0.anne.id },
    anomaly("one NIR for both", "couple-meme-nir") {
      $0.anne.nir = RuleHousehold.nir($0.rule)
      $0.karim.nir = $0.anne.nir
    },
    anomaly("one identifier in two households", "identifiant-en-double") {
      $0.addAnother()
      $0[1].anne.id = $0.anne.id
      $0[0].suspension = "06"
    },
    anomaly("one NIR in two households", "nir-en-double") {
      $0.addAnother()
      $0.anne.nir = RuleHousehold.nir($0.rule)
      $0[1].anne.nir = $0.anne.nir
      $0[1].anne.born = $0.anne.born
    },
    FeedRule(
      "3.3.7: no identifier of the person",
      [
        1: {
          $0.anne.id = ""
          $0[0].state = "4"
        }, 2: { $0.anne.id = RuleHousehold(rule: $0.rule).anne.id },
      ]
    ) { seen in
      #expect(seen.aside("RULE\(seen.number) Anne", 1).contains("identifiant-absent"))
      #expect(seen.anne(1)?.entitlement == "2" && seen.anne(2)?.entitlement == "4")
    },
    FeedRule(
      "3.3.7, 3.4: the NIR of one dossier with the identifier of another sets both persons aside",
      [
        0: {
          $0[0].single()
          $0.addAnother()
          $0[1].anne.born = $0.anne.born
          $0[1].anne.nir = RuleHousehold.nir($0.rule)
        },
        1: {
          $0.anne.nir = $0[1].anne.nir
          $0[1].anne.nir = ""
          $0[1].state = "4"
        },
        2: {
          $0[1].anne.nir = $0.anne.nir
          $0.anne.nir = ""
        },
      ]
    ) { seen in
      #expect(seen.aside(seen.anneID, 1).contains("identite-ambigue"))
      #expect(seen.another(1)?.entitlement == "2" && seen.another(2)?.entitlement == "4")
      #expect(seen.anne(2)?.id == seen.anne(0)?.id && seen.another(2)?.id == seen.another(0)?.id)
    },
    doubt("a sex that is not the NIR's", "nir-sexe") { $0.anne.nir = RuleHousehold.nir($0.rule, start: "18507") },
    doubt("a birth that is not the NIR's", "nir-date-naissance") {
      $0.anne.nir = RuleHousehold.nir($0.rule, start: "28508")
    },
  ]

  /// Wrong on the second day, when the right changed too, and right on the third.
  /// - Parameter letter: whose problem is looked at, Anne's or Karim's.
  private static func anomaly(
    _ what: String, _ code: String, of letter: String = "A", _ spoil: @escaping Change
  ) -> FeedRule {
    FeedRule(
      "3.3.7: \(what)",
      [
        1: {
          $0[0].state = "4"
          spoil(&$0)
        },
        2: {
          $0 = [RuleHousehold(rule: $0.rule)]
          $0[0].state = "4"
        },
      ]
    ) { seen in
      let id = letter == "A" ? seen.anneID : seen.karimID
      #expect(seen.aside(id, 1).contains(code))
      let (before, wrong, right) = (seen.days[0].after[id], seen.days[1].after[id], seen.days[2].after[id])
      #expect(wrong?.entitlement == "2" && wrong?.events == before?.events && wrong?.lead == "R0001")
      #expect(wrong?.exits == nil, "somebody set aside is not absent")
      #expect(right?.entitlement == "4" && right?.id == before?.id && seen.aside(id, 2) == [])
    }
  }

  /// What disagrees with the NIR is looked into at creation alone (rule F10): known persons pass.
  private static func doubt(_ what: String, _ code: String, _ spoil: @escaping Change) -> FeedRule {
    FeedRule(
      "3.3.7, 3.4: \(what) sets a newcomer aside, and nobody who is known",
      [
        0: {
          $0[0].single()
          spoil(&$0)
        },
        1: { $0.anne.nir = RuleHousehold.nir($0.rule) },
        2: {
          spoil(&$0)
          $0[0].state = "4"
        },
      ]
    ) { seen in
      #expect(seen.anne(0) == nil && seen.aside(seen.anneID, 0).contains(code))
      #expect(seen.anne(1)?.lead == "R0001")
      #expect(seen.anne(2)?.entitlement == "4" && seen.aside(seen.anneID, 2) == [])
    }
  }
}
