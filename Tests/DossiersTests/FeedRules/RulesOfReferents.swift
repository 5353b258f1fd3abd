import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

extension FeedRule {
  /// Who follows whom (rule F4, rule F5; the guide's *La file active*, *Sorties*, *Changement de référent* and
  /// *Réorientation*).
  static let ofReferents: [FeedRule] = [
    FeedRule(
      "guide: the entry is the day of designation, and stays so",
      [0: { $0.anne.from = "2026-01-20" }, 1: { $0.anne.from = "2026-02-02" }]
    ) { seen in
      #expect(seen.anne(0)?.entered == "2026-01-20" && seen.anne(1)?.entered == "2026-01-20")
      #expect(seen.anne(1)?.leads == 1 && seen.anne(0)?.state == "entered")
      #expect(seen.story.told("entered", of: seen.anneID, on: 0) == 1)
      #expect(seen.story.told("entered", of: seen.anneID, on: 1) == 0)
    },
    FeedRule(
      "3.3.4: a réorientation ends the former's follow-up, opens the new one's at the feed's date and leaves thirty days of step access",
      [2: { $0.anne.referent = "R0002" }]
    ) { seen in
      #expect(seen.anne(1)?.lead == "R0001")
      let after = seen.anne(2)
      #expect(after?.lead == "R0002" && after?.leads == 2 && after?.leadEnds == seen.date(1))
      #expect(after?.steps == "handover \(FeedStory.date(2).adding(days: 30))")
      #expect(seen.karim(2)?.lead == "R0001" && seen.karim(2)?.steps == nil)
      #expect(seen.story.told("referent-changed", of: seen.anneID, on: 2) == 1)
      #expect(seen.story.told("referent-changed", of: seen.anneID, on: 3) == 0)
    },
    FeedRule(
      "3.3.4: a réorientation leaves a step référent alone", [2: { $0.anne.referent = "R0002" }],
      acts: [
        1: { teller in
          try await teller.write(
            """
            insert into dossiers.referent (id, dossier, account, kind, from_date, until_date, source)
            select gen_random_uuid(), d.id, md5('jalons.account.R0777')::uuid, 'step', '2026-03-13', '2026-04-30', 'local'
            from dossiers.dossier d where d.genesis_id = '\(try teller.anne(of: "3.3.4: a réorientation leaves"))'
            """)
        }
      ]
    ) { seen in
      #expect(seen.anne(1)?.steps == "local 2026-04-30")
      #expect(seen.anne(2)?.steps == "handover \(FeedStory.date(2).adding(days: 30)),local 2026-04-30")
    },
    FeedRule(
      "3.3.4: a référent de parcours named here gives way to the one that the feed names", [2: { $0[0].state = "4" }],
      acts: [
        1: { teller in
          let anne = try teller.anne(of: "3.3.4: a référent de parcours named here")
          try await teller.write(
            """
            update dossiers.referent r set until_date = '2026-03-12' from dossiers.dossier d
            where d.genesis_id = '\(anne)' and r.dossier = d.id and r.kind = 'lead';
            insert into dossiers.referent (id, dossier, account, kind, from_date, source)
            select gen_random_uuid(), d.id, md5('jalons.account.R0002')::uuid, 'lead', '2026-03-13', 'local'
            from dossiers.dossier d where d.genesis_id = '\(anne)';
            update dossiers.dossier set lead = md5('jalons.account.R0002')::uuid, lead_since = '2026-03-13'
            where genesis_id = '\(anne)'
            """)
        }
      ]
    ) { seen in
      #expect(seen.days[1].before[seen.anneID]?.lead == "R0002")
      // A day's changes that do not hold her leave it.
      #expect(seen.anne(1)?.lead == (seen.way == .delta ? "R0002" : "R0001"))
      #expect(seen.anne(2)?.lead == "R0001" && seen.karim(2)?.lead == "R0001")
    },
    FeedRule(
      "3.3.5: an exit entered here while the feed has the référent open is taken back, and the same entry goes on",
      [0: { $0[0].single() }, 2: { $0[0].suspension = "06" }],
      acts: [
        1: { teller in
          let dossier = try await teller.dossier(try teller.anne(of: "3.3.5"))
          _ = try await teller.referent("R0001").call(
            DossiersAPI.recordExit, ["dossier": dossier], ExitDraft(on: FeedStory.date(1)))
        }
      ]
    ) { seen in
      #expect(seen.days[1].before[seen.anneID]?.lead == nil)
      #expect(seen.anne(1)?.lead == (seen.way == .delta ? nil : "R0001"))
      let after = seen.anne(2)
      #expect(after?.lead == "R0001" && after?.leads == 1 && after?.leadEnds == nil)
      // Its exit, and that it was taken back.
      let told = [1, 2].map { seen.story.told("exit-recorded", of: seen.anneID, on: $0) }
      #expect(told.reduce(0, +) == 2)
    },
    FeedRule("guide: one référent de parcours at a time, whatever came before") { seen in
      for day in seen.days { #expect(day.after.values.allSatisfy { $0.lead?.contains(",") != true }) }
      #expect(seen.anne(4)?.lead == "R0001" && seen.anne(4)?.leads == 1)
    },
    FeedRule(
      "3.3.7: référents and structures that nobody knew are told of, to become accounts that somebody confirms",
      [
        2: {
          $0.anne.referent = "R0777"
          $0.anne.structure = "S777"
        }
      ]
    ) { seen in
      #expect(!seen.days[1].discovered.contains("R0777") && seen.days[1].discovered.contains("R0001"))
      #expect(seen.days[2].discovered.contains("R0777") && seen.days[2].discovered.contains("S777"))
      #expect(seen.anne(2)?.lead == "R0777")
    },
    FeedRule(
      "guide: a standby is not touched by the feed", [2: { $0[0].state = "4" }],
      acts: [
        1: { teller in
          let dossier = try await teller.dossier(try teller.anne(of: "guide: a standby"))
          _ = try await teller.referent("R0001").call(
            DossiersAPI.startStandby, ["dossier": dossier],
            StandbyDraft(from: FeedStory.date(1), until: nil, reason: "maladie", comment: nil))
        }
      ]
    ) { seen in
      for day in 1...4 { #expect(seen.anne(day)?.state == "standby" && seen.anne(day)?.standbys == 1) }
      #expect(seen.anne(2)?.entitlement == "4" && seen.karim(2)?.state == "entered")
    },
  ]
}

extension StoryTeller {
  /// Anne's identifier in the households of the rule whose name begins so.
  func anne(of name: String) throws -> String {
    RuleHousehold(rule: try #require(FeedRule.all.first { $0.name.hasPrefix(name) }).number).anne.id
  }

  /// What somebody with every right did here.
  func write(_ statements: String) async throws {
    try await service.database.owner { try await $0.script(statements) }
  }
}
