import Testing

extension FeedRule {
  /// What the right, the duties, the address and the formal notice do (rule F6; the guide's *Etat du droit*,
  /// *SDD/NSDD*, *Mutations*, *Demande de MIDEM*).
  static let ofRights: [FeedRule] = [
    FeedRule(
      "guide: an event of the right is written only when the right, the duties or the orientation change",
      [
        1: {
          $0[0].phone = "0600000000"
          $0[0].commune = "AUBENAS"
        }, 2: { $0[0].state = "3" }, 3: { $0.anne.duties = "0" }, 4: { $0.karim.orientation = "EMPLOI" },
      ]
    ) { seen in
      #expect((0...4).map { seen.anne($0)?.events } == [1, 1, 2, 3, 3])
      #expect((0...4).map { seen.karim($0)?.events } == [1, 1, 2, 2, 3])
      #expect((1...3).map { seen.story.told("entitlement-changed", of: seen.anneID, on: $0) } == [0, 1, 1])
    },
    FeedRule(
      "guide: a closed right proposes both exits at the month's end, once, and reopening withdraws them",
      [
        1: {
          $0[0].state = "5"
          $0[0].closedOn = "2026-02-28"
          $0[0].closure = "ECH"
        },
        3: {
          $0[0].state = "2"
          $0[0].closedOn = ""
          $0[0].closure = ""
        },
      ]
    ) { seen in
      for day in 1...2 {
        #expect(seen.anne(day)?.exits == "closed 2026-03-31" && seen.karim(day)?.exits == "closed 2026-03-31")
        #expect(seen.anne(day)?.lead == "R0001", "nobody is taken out by the feed")
      }
      #expect(seen.anne(3)?.exits == nil && seen.karim(3)?.exits == nil)
    },
    FeedRule(
      "guide: a suspended payment or right is no reason to leave",
      [
        1: {
          $0[0].state = "4"
          $0[0].suspension = "06"
        }, 2: { $0[0].state = "3" },
      ]
    ) { seen in
      #expect(seen.anne(1)?.entitlement == "4" && seen.anne(2)?.entitlement == "3")
      for day in 1...4 { #expect(seen.anne(day)?.exits == nil) }
    },
    FeedRule(
      "guide: who is no longer subject to duties gets an exit proposed, and theirs alone; it goes with its cause",
      [1: { $0.anne.duties = "0" }, 3: { $0.anne.duties = "1" }]
    ) { seen in
      #expect(seen.anne(1)?.exits == "exempt 2026-03-31" && seen.anne(2)?.exits == "exempt 2026-03-31")
      #expect(seen.karim(2)?.exits == nil && seen.anne(3)?.exits == nil)
    },
    FeedRule(
      "3.3.7, guide: an address outside the county is taken, told, and proposes both exits",
      [
        1: {
          $0[0].postcode = "26000"
          $0[0].commune = "VALENCE"
        },
        3: {
          $0[0].postcode = "07000"
          $0[0].commune = "PRIVAS"
        },
      ]
    ) { seen in
      #expect(seen.aside(seen.anneID, 1) == [])
      #expect(seen.anne(1)?.exits == "moved_away 2026-03-31" && seen.karim(1)?.exits == "moved_away 2026-03-31")
      #expect(seen.anne(3)?.exits == nil)
    },
    FeedRule(
      "guide: a household that another territory follows is moved there with its référent, and that is told once",
      [2: { $0[0].territory = "SUD" }]
    ) { seen in
      #expect(seen.anne(1)?.territory == "CENTRE" && seen.anne(2)?.territory == "SUD")
      #expect(seen.karim(2)?.territory == "SUD" && seen.anne(2)?.lead == "R0001")
      #expect((1...3).map { seen.story.told("territory-changed", of: seen.anneID, on: $0) } == [0, 1, 0])
    },
    FeedRule(
      "3.3.6: date and reason of a formal notice are the feed's, when they come and when they go",
      [
        1: {
          $0.anne.noticeOn = "2026-03-10"
          $0.anne.noticeReason = "ABSENCE"
        },
        3: {
          $0.anne.noticeOn = "2026-03-14"
          $0.anne.noticeReason = ""
        },
        4: { $0.anne.noticeOn = "" },
      ]
    ) { seen in
      #expect((0...4).map { seen.anne($0)?.noticeOn } == [nil, "2026-03-10", "2026-03-10", "2026-03-14", nil])
      #expect((0...4).map { seen.anne($0)?.noticeReason } == [nil, "ABSENCE", "ABSENCE", nil, nil])
      #expect(seen.karim(1)?.noticeOn == nil)
    },
  ]
}
