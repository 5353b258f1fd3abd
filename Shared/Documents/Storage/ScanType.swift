import Foundation

/// The kinds of file that a scan may be, known by their first bytes.
public enum ScanType: Sendable {
  case pdf, jpeg, png

  public init?(_ bytes: Data) {
    if bytes.starts(with: Data("%PDF-".utf8)) {
      self = .pdf
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else {
      return nil
    }
  }

  public var contentType: String {
    switch self {
    case .pdf: "application/pdf"
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    }
  }

  public var ending: String {
    switch self {
    case .pdf: "pdf"
    case .jpeg: "jpg"
    case .png: "png"
    }
  }
}
