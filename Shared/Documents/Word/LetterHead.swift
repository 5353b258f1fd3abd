import Foundation

/// A picture for the head of letters, with its size.
public struct Logo: Sendable {
  /// Millimetres.
  private static let height = 12.0, widest = 60.0
  /// A millimetre in the units of drawings.
  private static let unit = 36_000.0
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let png: Data
  private let size: (width: Int, height: Int)

  /// Nil for a file that is no PNG.
  public init?(png: Data) {
    let bytes = [UInt8](png.prefix(24))
    guard bytes.count == 24, bytes.starts(with: Self.signature) else { return nil }
    let (width, height) = (Self.number(bytes[16..<20]), Self.number(bytes[20..<24]))
    guard width > 0, height > 0 else { return nil }
    let scale = min(Self.height / Double(height), Self.widest / Double(width)) * Self.unit
    self.png = png
    size = (Int(Double(width) * scale), Int(Double(height) * scale))
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  /// The picture as a run of text, under a relationship's name.
  func run(_ relationship: String) -> String {
    let extent = "cx=\"\(size.width)\" cy=\"\(size.height)\""
    let name = "id=\"1\" name=\"Logo\" descr=\"Logo du Département\""
    return "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent \(extent)/>"
      + "<wp:docPr \(name)/><a:graphic>"
      + "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>"
      + "<pic:cNvPr \(name)/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"\(relationship)\"/>"
      + "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>"
      + "<a:ext \(extent)/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
      + "</wp:inline></w:drawing></w:r><w:r><w:t xml:space=\"preserve\">  </w:t></w:r>"
  }
}

extension Archive {
  private static let head = "word/header1.xml"
  private static let relations = "word/_rels/header1.xml.rels"
  private static let place = "<w:bookmarkStart w:id=\"1\" w:name=\"LogoDepartement\"/>"

  /// With a logo where the shipped models leave room for one. A county's own model has its own head, and stays as it is.
  func headed(by logo: Logo) -> Archive {
    guard let index = entries.firstIndex(where: { $0.name == Self.head }),
      !entries.contains(where: { $0.name == Self.relations })
    else { return self }
    let header = String(decoding: entries[index].content, as: UTF8.self)
    guard header.contains(Self.place) else { return self }
    var copy = self
    let headed = header.replacingOccurrences(of: Self.place, with: logo.run("rLogo") + Self.place)
    copy.entries[index].content = Data(headed.utf8)
    let relations =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rLogo\" "
      + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"media/logo.png\"/>"
      + "</Relationships>"
    copy.entries.append(Entry(name: Self.relations, content: Data(relations.utf8)))
    copy.entries.append(Entry(name: "word/media/logo.png", content: logo.png))
    return copy
  }
}
