import Documents
import Domain
import Foundation
import Postgres

/// Keeps the PDFs that were made for a week, by what they were made from: one that is asked for again is there at once. The
/// same values on the same model give the same Word document, to the byte; any change gives another.
struct KeptConverter: DocumentConverter {
  private static let days = 7
  private static let reason = "PDF produits"

  let converter: any DocumentConverter
  let postgres: PostgresClient
  let now: Now

  func pdf(from docx: Data) async throws -> Data {
    let source = docx.fileDigest
    let kept = try await postgres.withTransaction(as: .system(Self.reason)) { transaction in
      try await transaction.first("select pdf from contracts.made_pdf where source = \(source)", as: Data.self)
    }
    if let kept { return kept }
    let pdf = try await converter.pdf(from: docx)
    let moment = now()
    try await postgres.withTransaction(as: .system(Self.reason)) { transaction in
      _ = try await transaction.batch([
        "delete from contracts.made_pdf where made_at < \(moment.addingTimeInterval(Double(Self.days) * -86_400))",
        """
        insert into contracts.made_pdf (source, pdf, made_at) values (\(source), \(pdf), \(moment))
        on conflict (source) do nothing
        """,
      ])
    }
    return pdf
  }
}
