import Foundation

/// Makes PDFs of Word documents: LibreOffice on this machine, or a service elsewhere.
public protocol DocumentConverter: Sendable {
  /// The PDF of a .docx that `WordModel` has merged or checked. Throws `DocumentError`: `.busy`,
  /// `.conversionTimedOut`, `.conversionFailed`, `.converterMissing`; and `CancellationError`.
  func pdf(from docx: Data) async throws -> Data
}
