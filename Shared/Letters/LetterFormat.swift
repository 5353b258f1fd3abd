import API
import Documents
import Foundation

extension LetterFormat {
  /// The model filled with these values, as a file of this name, to which the format adds its ending.
  /// - Throws: 503 when too many documents are being made.
  public func output(
    _ model: WordModel, _ values: [String: MergeValue], named name: String, by converter: any DocumentConverter
  ) async throws -> FileOutput {
    do {
      let word = try model.merge(values)
      return FileOutput(
        name: "\(name).\(rawValue)", contentType: contentType,
        bytes: self == .pdf ? try await converter.pdf(from: word) : word)
    } catch let error as DocumentError {
      throw Self.problem(error)
    }
  }

  /// The model filled once for each of several, as one file in their order.
  /// - Throws: 503 when too many documents are being made.
  public func output(
    _ model: WordModel, each letters: [[String: MergeValue]], named name: String, by converter: any DocumentConverter
  ) async throws -> FileOutput {
    do {
      let word = try model.merge(each: letters)
      return FileOutput(
        name: "\(name).\(rawValue)", contentType: contentType,
        bytes: self == .pdf ? try await converter.pdf(from: word) : word)
    } catch let error as DocumentError {
      throw Self.problem(error)
    }
  }

  /// What can be tried again is a problem of the moment; the rest is for the log.
  private static func problem(_ error: DocumentError) -> any Error {
    switch error {
    case .busy, .conversionTimedOut, .converterMissing:
      Problem("document", 503, "Le document n’a pas pu être produit.", detail: error.description)
    default: error
    }
  }
}
