import API
import Domain
import Service
import Testing

extension FeedRule {
  /// Who becomes a dossier, whose it is, and what of it is whose (rules F1 to F3; the guide's *La file active* and
  /// the chapter on contact data).
  static let ofPersons: [FeedRule] = [
    FeedRule(
      "3.3.1: a household makes a dossier of the applicant and one of the partner, crossed, and none of a child",
      [
        1: {
          $0[0].state = "4"
          $0.karim.duties = "0"
        }
      ]
    ) { seen in
      #expect(seen.anne(0)?.partner == seen.karimID && seen.karim(0)?.partner == seen.anneID)
      #expect(seen.days.allSatisfy { !$0.after.keys.contains { $0.hasPrefix("E") } })
      // The right is the household's, the duties each one's.
      #expect(seen.anne(1)?.entitlement == "4" && seen.karim(1)?.entitlement == "4")
      #expect(seen.anne(1)?.duties == true && seen.karim(1)?.duties == false)
    },
    FeedRule(
      "3.3.1: who leaves the household for one of their own keeps the dossier, and neither is a partner any more",
      [
        1: {
          var home = RuleHousehold(rule: $0.rule + 50)
          home.people = [$0.karim]
          home.people[0].role = "DEM"
          home.situation = "SEF"
          $0[0].single()
          $0.append(home)
        }
      ]
    ) { seen in
      #expect(
        seen.karim(1)?.id == seen.karim(0)?.id && seen.karim(1)?.household.hasSuffix("\(seen.number + 50)") == true)
      #expect(seen.anne(1)?.partner == nil && seen.karim(1)?.partner == nil)
    },
    FeedRule(
      "3.3.2: who has no open référent is not taken in, and is once one is named",
      [0: { $0.karim.until = "2026-02-01" }, 1: { $0.karim.until = "" }]
    ) { seen in
      #expect(seen.anne(0)?.lead == "R0001" && seen.anne(0)?.partner == nil)
      #expect(seen.karim(0) == nil && seen.karim(1)?.lead == "R0001" && seen.anne(1)?.partner == seen.karimID)
    },
    FeedRule(
      "3.3.2: who is absent is neither deleted nor taken out; a full feed proposes the exit, and coming back withdraws it",
      [2: { $0[0].people = [] }, 4: { $0[0].people = RuleHousehold(rule: $0.rule).people }]
    ) { seen in
      #expect(seen.anne(3)?.lead == "R0001" && seen.anne(3)?.state == "entered")
      // A day's changes say nothing of who is absent.
      let proposed = seen.way == .delta ? nil : "feed_stopped 2026-03-31"
      #expect(seen.anne(2)?.exits == proposed && seen.anne(3)?.exits == proposed && seen.karim(3)?.exits == proposed)
      #expect(seen.anne(4)?.exits == nil && seen.karim(4)?.exits == nil)
    },
    FeedRule(
      "3.3.2: the date of actualisation is that of the last file that holds the person",
      [2: { $0[0].people = [] }, 4: { $0[0].people = RuleHousehold(rule: $0.rule).people }]
    ) { seen in
      #expect(seen.anne(0)?.refreshed == seen.date(0))
      #expect(seen.anne(3)?.refreshed == (seen.way == .delta ? seen.date(0) : seen.date(1)))
      #expect(seen.anne(4)?.refreshed == seen.date(4))
    },
    FeedRule(
      "3.3.3: contacts are copied onto both at creation and never again; the feed's later ones stand beside, other data follow",
      [
        1: {
          $0[0].phone = "0698765432"
          $0[0].mail = "autre@courriel.example"
          $0.anne.given = "ANNA"
        }
      ]
    ) { seen in
      #expect(seen.anne(0)?.phone == "0612345678" && seen.karim(0)?.email == "foyer@courriel.example")
      for person in [seen.anne(1), seen.karim(1)] {
        #expect(person?.phone == "0612345678" && person?.email == "foyer@courriel.example")
        #expect(person?.feedPhone == "0698765432")
      }
      #expect(seen.anne(1)?.givenName == "Anna")
    },
    FeedRule(
      "guide: a phone entered here is never written over, even by the feed's first one", [2: { $0[0].phone = "" }],
      acts: [
        1: { teller in
          let referent = try await teller.referent("R0001")
          let dossier = try await teller.dossier(try teller.anne(of: "guide: a phone entered here"))
          let seen = try await referent.reply(DossiersAPI.showDossier, ["dossier": dossier], NoInput())
          _ = try await referent.call(
            DossiersAPI.changeContact, ["dossier": dossier], ContactChange(phone: "07 11 22 33 44", email: nil),
            version: seen.version)
        }
      ]
    ) { seen in
      #expect(seen.anne(1)?.phone == "0711223344" && seen.karim(1)?.phone == "0612345678")
      #expect(seen.anne(4)?.phone == "0711223344" && seen.anne(2)?.feedPhone == nil)
    },
    FeedRule(
      "3.4: persons are known by their NIR first, under whatever identifier",
      [
        0: {
          $0[0].single()
          $0.anne.nir = RuleHousehold.nir($0.rule)
        }, 1: { $0.anne.id += "2" },
      ]
    ) { seen in
      #expect(seen.anne(0) != nil && seen.anne(1) == nil)
      #expect(seen.days[1].after[seen.anneID + "2"]?.id == seen.anne(0)?.id)
    },
    FeedRule(
      "3.4: else by Genesis's identifier, when the NIR was corrected",
      [
        0: {
          $0[0].single()
          $0.anne.nir = RuleHousehold.nir($0.rule)
        }, 1: { $0.anne.nir = RuleHousehold.nir(500 + $0.rule) },
      ]
    ) { seen in #expect(seen.anne(1)?.id == seen.anne(0)?.id) },
    FeedRule(
      "3.4: never by the claimant's number alone",
      [
        1: {
          $0.addAnother()
          $0[1].claimant = $0[0].claimant
        }
      ]
    ) { seen in
      #expect(seen.another(1) != nil && seen.another(1)?.id != seen.anne(0)?.id)
      #expect(seen.anne(1) != nil && seen.another(1)?.partner == nil)
    },
  ]
}
