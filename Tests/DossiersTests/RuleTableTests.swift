import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// Every write on a caseload, sent by twenty at once and then once more: it is done exactly once, whoever came first.
@Suite("Caseload rules under replay and at once", .database) struct RuleTableTests {
  static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())
  static let morning = today.moment(hour: 9)

  enum Rule: String, CaseIterable, CustomTestStringConvertible {
    case exitUnderOneKey, exitAccepted, exitDeclined, exitAcceptedInBatches, exitCancelled, exitsCancelledInBatches
    case stepUnderOneKey, standbyUnderOneKey, standbyChanged, standbyRemoved, capacity, transfer, transferUndone

    var testDescription: String { rawValue }

    /// How the ones that came too late are answered; nil where they are answered as the first (one key).
    var lateStatus: Int? {
      switch self {
      case .exitUnderOneKey, .stepUnderOneKey, .standbyUnderOneKey: nil
      case .exitAccepted, .exitDeclined, .exitCancelled, .transferUndone: 409
      case .standbyChanged, .capacity: 412
      case .standbyRemoved: 404
      // A batch is always taken; the row in it is refused. A transfer that finds nothing any more is refused as a whole.
      case .exitAcceptedInBatches, .exitsCancelledInBatches: 202
      case .transfer: 409
      }
    }

    /// What was announced, which travels to everybody else.
    var event: String? {
      switch self {
      case .exitUnderOneKey, .exitAccepted, .exitAcceptedInBatches, .exitCancelled, .exitsCancelledInBatches:
        "dossiers.exit-recorded.v1"
      case .stepUnderOneKey: "dossiers.step-referent-named.v1"
      case .standbyUnderOneKey, .standbyChanged, .standbyRemoved: "dossiers.standby-changed.v1"
      case .transfer, .transferUndone: "dossiers.referent-changed.v1"
      case .exitDeclined, .capacity: nil
      }
    }
  }

  struct Stage: Sendable {
    let setting: TransferTests.Setting
    let referent: APIClient
    let chef: APIClient
    var standby: UUID?
    var batch: ID<Batch>?

    var dossier: ID<Dossier> { setting.scene.dossier }
  }

  /// Everything that must be there before the rule applies.
  private func prepared(_ rule: Rule, _ service: ServiceUnderTest) async throws -> Stage {
    let setting = try await TransferTests.Setting.make(in: service)
    var stage = Stage(
      setting: setting, referent: try await service.client(as: .someone(.referent, account: setting.scene.lead)),
      chef: try await service.client(as: setting.chef))
    let path = ["dossier": stage.dossier]
    switch rule {
    case .exitAccepted, .exitDeclined, .exitAcceptedInBatches:
      try await setting.scene.propose(.closed, for: stage.dossier, on: Self.today.endOfMonth(), in: service.database)
    case .exitCancelled, .exitsCancelledInBatches:
      _ = try await stage.referent.call(DossiersAPI.recordExit, path, ExitDraft(on: Self.today.endOfMonth()))
    case .standbyChanged, .standbyRemoved:
      stage.standby = try await stage.referent.call(
        DossiersAPI.startStandby, path, StandbyDraft(from: Self.today, until: nil, reason: "maladie", comment: nil)
      ).id
    case .transferUndone:
      stage.batch = try await stage.chef.call(
        DossiersAPI.transferCaseload, ["account": setting.scene.lead],
        TransferDraft(targets: [setting.colleagues[0]], keepsAccess: true)
      ).id
    case .exitUnderOneKey, .stepUnderOneKey, .standbyUnderOneKey, .capacity, .transfer: break
    }
    return stage
  }

  /// One attempt, and whether it did the thing.
  private func attempt(_ rule: Rule, _ stage: Stage) async throws -> Bool {
    let (path, key) = (["dossier": stage.dossier], "une-seule-fois")
    let (today, end) = (Self.today, Self.today.endOfMonth())
    switch rule {
    case .exitUnderOneKey:
      _ = try await stage.referent.call(DossiersAPI.recordExit, path, ExitDraft(on: end), key: key)
    case .exitAccepted:
      _ = try await stage.referent.call(
        DossiersAPI.decideProposedExit, path, ProposedExitDecision(accepted: true))
    case .exitDeclined:
      _ = try await stage.referent.call(
        DossiersAPI.decideProposedExit, path, ProposedExitDecision(accepted: false))
    case .exitAcceptedInBatches:
      return try await ended(
        stage.referent.call(
          DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: [stage.dossier])),
        stage.referent)
    case .exitCancelled: _ = try await stage.chef.call(DossiersAPI.cancelExit, path)
    case .exitsCancelledInBatches:
      return try await ended(
        stage.chef.call(DossiersAPI.cancelExits, [:], ExitCancellations(dossiers: [stage.dossier])), stage.chef)
    case .stepUnderOneKey:
      let draft = StepReferentDraft(account: stage.setting.colleagues[0], from: today, until: end)
      _ = try await stage.chef.call(DossiersAPI.nameStepReferent, path, draft, key: key)
    case .standbyUnderOneKey:
      let draft = StandbyDraft(from: today, until: end, reason: "maladie", comment: nil)
      _ = try await stage.referent.call(DossiersAPI.startStandby, path, draft, key: key)
    case .standbyChanged:
      let draft = StandbyDraft(from: today, until: end, reason: "maladie", comment: nil)
      _ = try await stage.referent.call(
        DossiersAPI.changeStandby, ["dossier": stage.dossier.value, "standby": try #require(stage.standby)], draft,
        version: 1)
    case .standbyRemoved:
      _ = try await stage.referent.call(
        DossiersAPI.removeStandby, ["dossier": stage.dossier.value, "standby": try #require(stage.standby)],
        version: 1)
    case .capacity:
      _ = try await stage.chef.call(
        DossiersAPI.setCapacity, ["account": stage.setting.scene.lead], CapacityDraft(dossiers: 60), version: 0)
    case .transfer:
      let draft = TransferDraft(targets: [stage.setting.colleagues[0]], keepsAccess: true)
      return try await ended(
        stage.chef.call(DossiersAPI.transferCaseload, ["account": stage.setting.scene.lead], draft), stage.chef)
    case .transferUndone:
      _ = try await stage.chef.call(DossiersAPI.undoBatch, ["batch": try #require(stage.batch)])
    }
    return true
  }

  /// Whether a batch did anything, once it has ended.
  private func ended(_ asked: Batch, _ client: APIClient) async throws -> Bool {
    var batch = asked
    while batch.endedAt == nil {
      try await Task.sleep(for: .milliseconds(50))
      batch = try await client.call(DossiersAPI.showBatch, ["batch": batch.id])
    }
    return batch.done > 0
  }

  private func announced(_ rule: Rule, _ service: ServiceUnderTest) async throws -> Int {
    guard let event = rule.event else { return 0 }
    return try await service.database.owner {
      try await $0.first("select count(*)::int from dossiers.outbox where type = \(event)", as: Int.self)
    } ?? 0
  }

  /// Who leads, who may reach it and what is proposed: what a second time must leave as it was.
  private func fingerprint(_ service: ServiceUnderTest) async throws -> String? {
    try await service.database.owner {
      try await $0.first(
        """
        select concat((select string_agg(concat_ws(' ', d.id, d.lead, d.state, d.version), '|' order by id) from dossiers.dossier d),
          (select string_agg(concat_ws(' ', r.id, r.account, r.kind, r.from_date, r.until_date), '|' order by id) from dossiers.referent r),
          (select string_agg(concat_ws(' ', s.id, s.from_date, s.until_date, s.removed_at is null, s.version), '|' order by id) from dossiers.standby s),
          (select string_agg(concat_ws(' ', p.id, p.decision), '|' order by id) from dossiers.proposed_exit p),
          (select string_agg(c::text, '|') from dossiers.capacity c))
        """, as: String.self)
    }
  }

  @Test("twenty at once: one wins, and once more changes nothing", arguments: Rule.allCases)
  func twentyAtOnce(_ rule: Rule) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let stage = try await prepared(rule, service)
      let before = try await announced(rule, service)
      let outcomes = await withTaskGroup(of: Result<Bool, any Error>.self) { tasks in
        for _ in 0..<20 {
          tasks.addTask {
            do { return .success(try await attempt(rule, stage)) } catch { return .failure(error) }
          }
        }
        return await tasks.reduce(into: []) { $0.append($1) }
      }
      let done = outcomes.count { (try? $0.get()) == true }
      let statuses = outcomes.compactMap { outcome -> Int? in
        guard case .failure(let error) = outcome else { return nil }
        return (error as? Problem)?.status ?? 0
      }
      let once = rule == .transfer || rule == .transferUndone ? 5 : 1
      switch rule.lateStatus {
      case nil: #expect(done == 20 && statuses.isEmpty)
      // Two transfers at once each begin with all five, and each dossier goes with one of them.
      case 409? where rule == .transfer: #expect(done >= 1 && Set(statuses).isSubset(of: [409]))
      case 202?: #expect(done == 1 && statuses.isEmpty)
      case let late?: #expect(done == 1 && statuses == Array(repeating: late, count: 19))
      }
      #expect(try await announced(rule, service) - before == (rule.event == nil ? 0 : once))

      let settled = try await fingerprint(service)
      let again = try? await attempt(rule, stage)
      #expect(again == (rule.lateStatus == nil ? true : rule.lateStatus == 202 ? false : nil))
      #expect(try await fingerprint(service) == settled)
      #expect(try await announced(rule, service) - before == (rule.event == nil ? 0 : once))
    }
  }
}
