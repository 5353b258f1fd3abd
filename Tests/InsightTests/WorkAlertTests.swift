import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

/// Alerts over what other services publish of their work.
@Suite(.database) struct WorkAlertTests {
  @Test("a required characteristic that is missing is shown to the profiles that write it, until it is filled in")
  func characteristics() async throws {
    try await County.run { county in
      let lead = county.lead
      _ = try await county.service.database.owner { transaction in
        // A dossier without a lead lacks nothing.
        try await transaction.execute("update dossiers.dossier set lead = \(lead) where genesis_id::int <= 10")
        try await transaction.execute(
          """
          insert into dossiers.characteristic (code, family, label, kind, writers, required) values
            ('permis', 'parcours', 'Permis de conduire', 'yes_no', '{}', true),
            ('secret', 'parcours', 'Autre', 'line', array['secretariat_dispositif'], true)
          """)
        try await transaction.execute(
          """
          insert into dossiers.characteristic_value (dossier, characteristic, value, author, author_name, at)
          select id, 'permis', case when genesis_id = '1' then 'oui' end, gen_random_uuid(), 'DURAND Paul', now()
          from dossiers.dossier where genesis_id in ('1', '2')
          """)
      }
      let referent = try await county.client(.referent, account: county.lead)
      #expect(try await counts(referent)["caracteristiques"] == 9)
      let list = try await referent.call(InsightAPI.listAlert, ["code": "caracteristiques"], InsightPageQuery())
      #expect(list.rows.count == 9 && list.subject == .characteristic)
      let label = list.columns.firstIndex { $0.code == "caracteristique" } ?? 0
      #expect(list.rows.allSatisfy { $0.cells[label].text == "Permis de conduire" })
    }
  }

  @Test("a contract that was presented for a signature by SMS waits until it is signed")
  func signatures() async throws {
    try await County.run { county in
      _ = try await county.service.database.owner { transaction in
        try await transaction.execute(
          """
          insert into contracts.signature (id, contract, dossier, status, contract_version, model_label, file_name, digest,
            pages, phone, beneficiary, started_at, started_by, started_by_name)
          select gen_random_uuid(), c.id, c.dossier, case when d.genesis_id = '6' then 'replaced' else 'sent' end, 1, 'CER',
            'CER.pdf', repeat('a', 64), 1, '+33612345678', 'NOM', '2026-03-01T10:00:00Z', gen_random_uuid(), 'DURAND Paul'
          from contracts.contract c join dossiers.dossier d on d.id = c.dossier where d.genesis_id in ('2', '4', '6', '50')
          """)
      }
      let referent = try await county.client(.referent, account: county.lead)
      #expect(try await counts(referent)["signatures"] == 2)
      let list = try await referent.call(InsightAPI.listAlert, ["code": "signatures"], InsightPageQuery())
      #expect(list.rows.count == 2 && list.subject == .contract)
    }
  }
}
