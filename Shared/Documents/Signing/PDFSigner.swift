import Domain
import Foundation

/// What a signature says of itself.
public struct SignatureStatement: Sendable {
  /// Who agreed, as `MARTIN Léa`.
  public var name: String
  /// Why, for who opens the signature's properties.
  public var reason: String
  /// The line at the foot of the last page.
  public var line: String
  public var moment: Date

  public init(name: String, reason: String, line: String, moment: Date) {
    self.name = name
    self.reason = reason
    self.line = line
    self.moment = moment
  }
}

/// Signs PDFs (PAdES, `ETSI.CAdES.detached`): the signature is added behind the document, whose own bytes stay as they are.
public struct PDFSigner: Sendable {
  /// Bytes that are kept free for the signature: several certificates fit.
  private static let room = 8192
  public let identity: SigningIdentity

  public init(_ identity: SigningIdentity) { self.identity = identity }

  /// How many pages a document has.
  /// - Throws: `DocumentError.notSigned` for a file that could not be signed either.
  public static func pages(of pdf: Data) throws(DocumentError) -> Int { try PDFObjects(pdf).pageCount() }

  /// The document with a signature of all of it, and a line that says so at the foot of its last page.
  /// - Throws: `DocumentError.notSigned` for a PDF that is none of ours.
  public func signed(_ pdf: Data, _ statement: SignatureStatement) throws(DocumentError) -> Data {
    var addition = try PDFAddition(pdf)
    try addition.place(statement, room: Self.room)
    let (start, end) = addition.gap
    let range = [0, start, end, addition.bytes.count - end].map(Self.tenDigits).joined(separator: " ")
    addition.write(range, at: addition.rangePlace)
    let content = addition.bytes[..<start] + addition.bytes[end...]
    let signature = try CMSSignature.made(of: content, by: identity)
    guard signature.count <= Self.room else { throw .notSigned(detail: "the signature is too long") }
    addition.write(signature.hexadecimal, at: start + 1)
    return addition.bytes
  }

  static func tenDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
  }
}

/// What is added behind a PDF: objects, changed or new, then a table of their places.
private struct PDFAddition {
  private let objects: PDFObjects
  private(set) var bytes: Data
  private var places: [Int: Int] = [:]
  /// From the signature's first bracket to behind its last: what no signature can cover.
  private(set) var gap = (start: 0, end: 0)
  private(set) var rangePlace = 0

  init(_ pdf: Data) throws(DocumentError) {
    objects = try PDFObjects(pdf)
    bytes = objects.file
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
  }

  mutating func write(_ text: String, at place: Int) {
    bytes.replaceSubrange(place..<(place + text.utf8.count), with: Data(text.utf8))
  }

  mutating func place(_ statement: SignatureStatement, room: Int) throws(DocumentError) {
    guard let root = objects.root else { throw .notSigned(detail: "no root") }
    let page = try objects.lastPage()
    let catalog = try objects.dictionary(root)
    guard !catalog.contains("/AcroForm") else { throw .notSigned(detail: "it has fields already") }
    let (signature, field, line) = (objects.count, objects.count + 1, objects.count + 2)
    add(root, "\(catalog.dropLast(2))/AcroForm<</Fields[\(field) 0 R]/SigFlags 3>>>>")
    add(page, try Self.annotated(objects.dictionary(page), with: field))
    add(
      field,
      "<</Type/Annot/Subtype/Widget/FT/Sig/T(Accord)/TU\(Self.text(statement.line))/V \(signature) 0 R/F 132"
        + "/P \(page) 0 R/Rect[56 10 540 22]/AP<</N \(line) 0 R>>>>")
    let drawing = "BT /F 7 Tf 0.1 g 0 3 Td (\(Self.shown(statement.line))) Tj ET"
    add(
      line,
      "<</Type/XObject/Subtype/Form/BBox[0 0 484 12]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
        + "/Encoding/WinAnsiEncoding>>>>>>/Length \(PDFObjects.bytes(drawing).count)>>\nstream\n\(drawing)\nendstream")
    places[signature] = bytes.count
    append(
      "\(signature) 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(\(Self.moment(statement.moment)))"
        + "/Name\(Self.text(statement.name))/Reason\(Self.text(statement.reason))/ByteRange[")
    rangePlace = bytes.count
    append("\([0, 0, 0, 0].map(PDFSigner.tenDigits).joined(separator: " "))]/Contents")
    let start = bytes.count
    append("<\(String(repeating: "0", count: 2 * room))>")
    gap = (start, bytes.count)
    append(">>\nendobj\n")
    end(root: root, count: line + 1)
  }

  private mutating func append(_ text: String) { bytes.append(PDFObjects.bytes(text)) }

  private mutating func add(_ number: Int, _ body: String) {
    places[number] = bytes.count
    append("\(number) 0 obj\n\(body)\nendobj\n")
  }

  private mutating func end(root: Int, count: Int) {
    let table = bytes.count
    var text = "xref\n"
    for (number, place) in places.sorted(by: { $0.key < $1.key }) {
      text += "\(number) 1\n\(PDFSigner.tenDigits(place)) 00000 n \n"
    }
    let kept = [#//Info\s+\d+\s+0\s+R/#, #//ID\s*\[[^\]]*\]/#].compactMap { pattern in
      objects.trailer.firstMatch(of: pattern).map { String($0.output) }
    }
    text += "trailer\n<</Size \(count)/Root \(root) 0 R\(kept.joined())/Prev \(objects.table)>>\n"
    append(text + "startxref\n\(table)\n%%EOF\n")
  }

  /// A page with one annotation more.
  private static func annotated(_ page: String, with field: Int) throws(DocumentError) -> String {
    guard page.contains("/Annots") else { return "\(page.dropLast(2))/Annots[\(field) 0 R]>>" }
    guard let list = page.firstMatch(of: #//Annots\s*\[/#) else { throw .notSigned(detail: "annotations elsewhere") }
    return "\(page[..<list.range.upperBound])\(field) 0 R \(page[list.range.upperBound...])"
  }

  /// `D:20260312103000Z`
  private static func moment(_ moment: Date) -> String {
    "D:\(Moment.text(moment).filter(\.isNumber).prefix(14))Z"
  }

  /// A text of any language, as a PDF's dictionary has it.
  private static func text(_ text: String) -> String {
    let units: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    return "<\(units.hexadecimal)>"
  }

  /// A text as the plain font draws it; letters that it has not become a question mark.
  private static func shown(_ text: String) -> String {
    let others: [Unicode.Scalar: UInt8] = [
      "€": 0x80, "…": 0x85, "Œ": 0x8C, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97,
      "œ": 0x9C, "Ÿ": 0x9F, "\u{202F}": 0xA0,
    ]
    return text.precomposedStringWithCanonicalMapping.unicodeScalars.reduce(into: "") { drawn, scalar in
      let byte =
        (0x20..<0x7F).contains(scalar.value) || (0xA0...0xFF).contains(scalar.value)
        ? UInt8(scalar.value) : others[scalar] ?? UInt8(ascii: "?")
      if "()\\".unicodeScalars.contains(scalar) { drawn += "\\" }
      drawn.unicodeScalars.append(Unicode.Scalar(byte))
    }
  }
}
