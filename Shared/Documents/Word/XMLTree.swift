import CXML
import Foundation

/// One XML part of a document, as libxml2's tree. It stays on the thread that made it.
final class XMLTree {
  private let document: xmlDocPtr
  private let top: xmlNodePtr

  private static let library: Void = xmlInitParser()

  /// Reads `data` without network, without entities. Throws `.malformedPart` or `.documentTypeDeclaration`.
  init(_ data: Data, part: String) throws {
    Self.library
    // Before the parser sees it, so that nothing is ever expanded; the check of the subset below catches UTF-16.
    guard data.range(of: Data("<!DOCTYPE".utf8)) == nil, data.range(of: Data("<!ENTITY".utf8)) == nil else {
      throw DocumentError.documentTypeDeclaration(part: part)
    }
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    let parsed = data.withUnsafeBytes { bytes in
      xmlReadMemory(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count), nil, nil,
        Int32(options))
    }
    guard let parsed else { throw DocumentError.malformedPart(part) }
    guard parsed.pointee.intSubset == nil, parsed.pointee.extSubset == nil else {
      xmlFreeDoc(parsed)
      throw DocumentError.documentTypeDeclaration(part: part)
    }
    guard let top = xmlDocGetRootElement(parsed) else {
      xmlFreeDoc(parsed)
      throw DocumentError.malformedPart(part)
    }
    document = parsed
    self.top = top
  }

  deinit { xmlFreeDoc(document) }

  var root: Element { Element(node: top, tree: self) }

  /// The part as UTF-8.
  func serialized() -> Data {
    var buffer: UnsafeMutablePointer<xmlChar>?
    var count: Int32 = 0
    xmlDocDumpMemoryEnc(document, &buffer, &count, "UTF-8")
    guard let buffer else { return Data() }
    defer { xmlRelease(buffer) }
    return Data(bytes: buffer, count: Int(count))
  }
}

/// An element of an `XMLTree`, which it keeps alive. Valid until it is removed.
struct Element: Hashable {
  let node: xmlNodePtr
  let tree: XMLTree

  static func == (one: Element, other: Element) -> Bool { one.node == other.node }

  func hash(into hasher: inout Hasher) { hasher.combine(node) }

  private func element(_ other: xmlNodePtr) -> Element { Element(node: other, tree: tree) }

  private static let word: Set<String> = [
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main",
  ]

  /// The name without its prefix.
  var name: String { String(cString: node.pointee.name) }

  var namespace: String { node.pointee.ns.flatMap { $0.pointee.href }.map { String(cString: $0) } ?? "" }

  /// Whether this is WordprocessingML's element `name`.
  func isWord(_ name: String) -> Bool {
    self.name == name && Self.word.contains(namespace)
  }

  var parent: Element? {
    node.pointee.parent.flatMap { $0.pointee.type == XML_ELEMENT_NODE ? element($0) : nil }
  }

  /// The child elements, taken at once so that the caller may change them.
  var elements: [Element] {
    var found: [Element] = []
    var next = node.pointee.children
    while let child = next {
      if child.pointee.type == XML_ELEMENT_NODE { found.append(element(child)) }
      next = child.pointee.next
    }
    return found
  }

  /// This element and all below it, in document order.
  var subtree: [Element] { [self] + elements.flatMap(\.subtree) }

  var text: String {
    guard let content = xmlNodeGetContent(node) else { return "" }
    defer { xmlRelease(content) }
    return String(cString: content)
  }

  /// The attribute of that local name, whatever its namespace.
  subscript(attribute: String) -> String? {
    guard let value = xmlGetProp(node, attribute) else { return nil }
    defer { xmlRelease(value) }
    return String(cString: value)
  }

  /// The nearest element around this one for which `matches` holds.
  func ancestor(where matches: (Element) -> Bool) -> Element? {
    var next = parent
    while let element = next {
      if matches(element) { return element }
      next = element.parent
    }
    return nil
  }
}

extension Element {
  /// Takes the element out of the tree and frees it.
  func remove() {
    xmlUnlinkNode(node)
    xmlFreeNode(node)
  }

  /// Removes the attributes for which `matches` (local name, namespace, value) holds.
  func removeAttributes(where matches: (_ name: String, _ namespace: String, _ value: String) -> Bool) {
    var next = node.pointee.properties
    while let attribute = next {
      next = attribute.pointee.next
      let name = String(cString: attribute.pointee.name)
      let namespace = attribute.pointee.ns.flatMap { $0.pointee.href }.map { String(cString: $0) } ?? ""
      if matches(name, namespace, self[name] ?? "") { xmlRemoveProp(attribute) }
    }
  }

  /// A deep copy that stands nowhere yet, meant for below `parent`: it uses the namespaces that are in scope there
  /// instead of declaring them again.
  func copy(below parent: Element) -> Element? {
    var copy: xmlNodePtr?
    let document = node.pointee.doc
    guard xmlDOMWrapCloneNode(nil, document, node, &copy, document, parent.node, 1, 0) == 0 else { return nil }
    return copy.map { Element(node: $0, tree: tree) }
  }

  /// A new element in the same namespace that stands nowhere yet.
  func sibling(named name: String) -> Element? {
    xmlNewDocNode(node.pointee.doc, node.pointee.ns, name, nil).map { Element(node: $0, tree: tree) }
  }

  func insert(before other: Element) { xmlAddPrevSibling(other.node, node) }

  /// Moves `child` to the end of this element.
  func append(_ child: Element) {
    xmlUnlinkNode(child.node)
    xmlAddChild(node, child.node)
  }

  func append(text: String) { xmlAddChild(node, xmlNewDocText(node.pointee.doc, text)) }

  /// Keeps the spaces at both ends of the text.
  func preserveSpace() { xmlNodeSetSpacePreserve(node, 1) }
}
