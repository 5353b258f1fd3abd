import Foundation

/// Why a document could not be read, made, converted or kept. The description is French, meant for the user, and holds
/// nothing personal.
public enum DocumentError: Error, Equatable, Sendable {
  /// The file is not a .docx that can be read.
  case notWordDocument
  /// The file, or what it unpacks to, exceeds `WordModel.Limits` (a zip bomb among others).
  case tooLarge
  /// The file carries macros.
  case macros
  /// A part declares a document type, and with it entities.
  case documentTypeDeclaration(part: String)
  /// A part is missing or is not well-formed XML.
  case malformedPart(String)
  /// A part that would be fetched or run when the document is opened.
  case forbiddenContent(String)
  /// A field begins and never ends.
  case unclosedField(String)
  /// A Word field that fetches something, or that steers a merge in a way that is not done here.
  case unsupportedField(String)
  /// Fields of a deposited model that stand for nothing known.
  case unknownFields([String])
  /// No model of that name is shipped.
  case unknownModel(String)
  /// Every converter is at work and the queue is full.
  case busy
  /// The conversion took longer than allowed.
  case conversionTimedOut
  /// The converter ended without a PDF; the detail is for the log.
  case conversionFailed(detail: String)
  /// The converter is not installed.
  case converterMissing(program: String)
  /// A spreadsheet could not be written; the detail is for the log.
  case spreadsheetFailed(detail: String)
  /// More rows than a sheet holds.
  case tooManyRows(limit: Int)
  /// The store holds no file of that digest.
  case fileNotFound
  /// The stored file no longer matches its digest.
  case fileDamaged
  /// A document could not be signed; the detail is for the log.
  case notSigned(detail: String)
}

extension DocumentError: CustomStringConvertible, LocalizedError {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .notWordDocument:
      "Ce fichier n’est pas un document Word lisible. Enregistrez-le au format .docx puis déposez-le à nouveau."
    case .tooLarge:
      "Ce document est trop volumineux. Réduisez ses images puis déposez-le à nouveau."
    case .macros:
      "Ce document contient des macros. Enregistrez-le au format .docx, sans macros."
    case .documentTypeDeclaration(let part):
      "Ce document contient une déclaration interdite (\(part)). Enregistrez-le à nouveau depuis Word."
    case .malformedPart(let part):
      "Ce document est abîmé (\(part)). Enregistrez-le à nouveau depuis Word."
    case .forbiddenContent(let part):
      "Ce document contient un élément interdit (\(part)). Retirez-le puis déposez le document à nouveau."
    case .unclosedField(let name):
      "Le champ « \(name) » n’est pas refermé. Supprimez-le et insérez-le à nouveau dans Word."
    case .unsupportedField(let name):
      "Le champ Word « \(name) » n’est pas accepté dans un modèle. Remplacez-le par un champ de fusion."
    case .unknownFields(let names) where names.count == 1:
      "Champ inconnu dans ce modèle : \(names[0]). Corrigez-le puis déposez le modèle à nouveau."
    case .unknownFields(let names):
      "Champs inconnus dans ce modèle : \(names.joined(separator: ", ")). Corrigez-les puis déposez-le à nouveau."
    case .unknownModel(let name):
      "Aucun modèle livré ne s’appelle « \(name) »."
    case .busy:
      "Trop de documents sont en cours de production. Réessayez dans un instant."
    case .conversionTimedOut:
      "La production du PDF a pris trop de temps. Réessayez ; si cela se répète, simplifiez le modèle."
    case .conversionFailed:
      "Le PDF n’a pas pu être produit à partir de ce document. Vérifiez le modèle dans Word."
    case .converterMissing:
      "La production de PDF n’est pas installée sur ce serveur."
    case .spreadsheetFailed:
      "Le tableur n’a pas pu être produit. Réessayez."
    case .tooManyRows(let limit):
      "Un tableur ne peut contenir que \(limit) lignes. Restreignez la sélection ou choisissez le format CSV."
    case .fileNotFound:
      "Ce fichier n’existe pas ou plus."
    case .fileDamaged:
      "Ce fichier est abîmé et ne peut être ouvert."
    case .notSigned:
      "Le document n’a pas pu être signé. Prévenez l’exploitant de Jalons."
    }
  }
}
