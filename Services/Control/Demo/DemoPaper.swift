import Foundation

/// The papers that people bring.
enum DemoPaper {
  /// A page with a few lines of text, as the simplest PDF.
  static func pdf(_ lines: [String]) -> Data {
    let text = lines.map { "(\(escaped($0))) Tj 0 -28 Td" }.joined(separator: "\n")
    let content = "BT /F1 16 Tf 60 760 Td\n\(text)\nET"
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length \(latin(content).count) >>\nstream\n\(content)\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    var file = latin("%PDF-1.7\n")
    var table = "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
    for (index, object) in objects.enumerated() {
      let offset = String(file.count)
      table += String(repeating: "0", count: 10 - offset.count) + offset + " 00000 n \n"
      file += latin("\(index + 1) 0 obj\n\(object)\nendobj\n")
    }
    let start = file.count
    file += latin("\(table)trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n")
    return file
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, letter in
      if "()\\".contains(letter) { result.append("\\") }
      result.append(letter)
    }
  }

  /// Letters that Latin-1 lacks become question marks.
  private static func latin(_ text: String) -> Data {
    text.data(using: .isoLatin1, allowLossyConversion: true) ?? Data()
  }
}
