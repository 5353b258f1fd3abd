import Foundation

/// In which format a letter is asked for.
public enum LetterFormat: String, Payload, CaseIterable {
  case pdf, docx

  public var contentType: String {
    switch self {
    case .pdf: "application/pdf"
    case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    }
  }
}
