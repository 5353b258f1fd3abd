import CXML

/// Reads a feed in XML as it arrives, keeping one household in memory: Genesis's, or CNAF's where the first element is its.
///
/// libxml2 in push mode, without network; a DOCTYPE or an entity is refused, not expanded. One instance reads one
/// file, on one task at a time.
final class FeedXMLParser {
  private let department: String
  private var genesis: GenesisElements
  /// In its place once the first element has shown that the flow is CNAF's own.
  private var cnaf: VRSBElements?
  private let limits: FeedLimits
  private var context: xmlParserCtxtPtr?
  private var refusal: FeedRefusal?
  /// libxml2's code of the first thing that stopped it: those that follow are mere consequences.
  private var fault: Int32?
  /// Bytes given to libxml2 since it last reported something: the size of the tag or text being read.
  private var silence = 0
  private var received = 0
  private var witness = UTF8Witness()
  private var output: [FeedPerson] = []

  private static let library: Void = xmlInitParser()

  init(department: String, limits: FeedLimits = FeedLimits()) {
    Self.library
    self.limits = limits
    self.department = department
    genesis = GenesisElements(department: department, limits: limits)
    var handler = Self.makeHandler()
    context = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    _ = xmlCtxtUseOptions(context, CInt(options))
  }

  deinit { xmlFreeParserCtxt(context) }

  /// Reads some more of the file.
  ///
  /// - Returns: the persons of the households that end in these bytes. They count only once `finish()` has returned.
  /// - Throws: `FeedRefusal`; the parser is of no more use then.
  func consume(_ bytes: UnsafeRawBufferPointer) throws(FeedRefusal) -> [FeedPerson] {
    Self.silenceLibrary()
    received += bytes.count
    witness.see(bytes)
    var offset = 0
    // Slices, so that a tag that never ends is noticed long before libxml2's own ten megabytes.
    while offset < bytes.count {
      let slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(offset + 32 * 1024, bytes.count)])
      offset += slice.count
      silence += slice.count
      try parse(slice, isLast: false)
      try check()
      if silence > limits.recordBytes { throw FeedRefusal.tooLarge(line: line) }
    }
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// Reads some more of the file; see `consume(_:)` above.
  func consume(_ bytes: [UInt8]) throws(FeedRefusal) -> [FeedPerson] {
    let result: Result<[FeedPerson], FeedRefusal> = bytes.withUnsafeBytes { raw in
      do throws(FeedRefusal) { return .success(try consume(raw)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Checks the end of the file against its trailer.
  ///
  /// - Throws: `FeedRefusal`, in which case nothing read from the file may be kept.
  func finish() throws(FeedRefusal) -> FeedSummary {
    guard received > 0 else { throw .empty }
    if let refusal { throw refusal }
    Self.silenceLibrary()
    try parse(nil, isLast: true)
    if let refusal { throw refusal }
    guard context?.pointee.wellFormed == 1 else {
      throw cnaf?.isInside ?? genesis.isInside ? .truncated : faultOfParser()
    }
    if let encoding = declaredEncoding, witness.saysUTF8 {
      throw .wrongEncoding(found: "annoncé en \(encoding.prefix(20)), écrit en UTF-8", line: nil)
    }
    if let cnaf { return try cnaf.summary() }
    return try genesis.summary(encodingNote: encodingNote)
  }

  /// Bytes that the declared encoding does not have are told by this answer alone.
  private func parse(_ bytes: UnsafeRawBufferPointer?, isLast: Bool) throws(FeedRefusal) {
    let start = bytes?.assumingMemoryBound(to: CChar.self).baseAddress
    let answer = xmlParseChunk(context, start, CInt(bytes?.count ?? 0), isLast ? 1 : 0)
    guard refusal == nil, fault == nil, answer == CInt(bitPattern: XML_ERR_INVALID_ENCODING.rawValue) else { return }
    let reason = FeedRefusal.wrongEncoding(found: "octets étrangers à l’encodage annoncé", line: line)
    refusal = reason
    throw reason
  }

  /// Some faults of encodings have no parser to be told to, and would be printed with the bytes at fault. The setting
  /// is the thread's, and a task may change threads.
  private static func silenceLibrary() {
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    xmlSilencePrinting()
  }

  private var line: Int { max(1, Int(xmlSAX2GetLineNumber(context))) }

  private func check() throws(FeedRefusal) {
    if let refusal { throw refusal }
    guard context?.pointee.wellFormed == 0 else { return }
    let reason = faultOfParser()
    refusal = reason
    throw reason
  }

  private func faultOfParser() -> FeedRefusal {
    let code = fault ?? 0
    let encodings = [XML_ERR_INVALID_ENCODING, XML_ERR_UNSUPPORTED_ENCODING, XML_ERR_UNKNOWN_ENCODING]
    let entities = [XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY, XML_ERR_ENTITY_LOOP]
    if encodings.contains(where: { Int32(bitPattern: $0.rawValue) == code }) {
      return .wrongEncoding(found: "octets étrangers à l’encodage annoncé", line: line)
    }
    if entities.contains(where: { Int32(bitPattern: $0.rawValue) == code }) { return .entityDeclared }
    return .notXML(line: line)
  }

  /// The declared encoding when it is not UTF-8.
  private var declaredEncoding: String? {
    guard let context else { return nil }
    let pointer = context.pointee.encoding ?? context.pointee.input?.pointee.encoding
    guard let pointer else { return nil }
    let name = String(cString: pointer).uppercased()
    return name == "UTF-8" || name == "UTF8" || name == "US-ASCII" ? nil : name
  }

  private var encodingNote: String? {
    declaredEncoding.map { "Le fichier est en \($0) ; il a été converti. Demandez une extraction en UTF-8." }
  }

  private static let convertible: Set<String> = ["ISO-8859-1", "ISO-8859-15", "WINDOWS-1252"]
}

/// What libxml2 calls.
extension FeedXMLParser {
  private func refuse(_ reason: FeedRefusal) {
    guard refusal == nil else { return }
    refusal = reason
    // Not xmlStopParser, which frees what the caller of this callback still reads: silence until the slice's end.
    context?.pointee.disableSAX = 1
  }

  private func start(
    _ name: UnsafePointer<xmlChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, _ count: Int
  ) {
    silence = 0
    guard refusal == nil else { return }
    if cnaf == nil, !genesis.hasStarted {
      if let encoding = declaredEncoding, !Self.convertible.contains(encoding) {
        return refuse(.wrongEncoding(found: String(encoding.prefix(20)), line: nil))
      }
      if String(cString: name) == VRSBSchema.root {
        cnaf = VRSBElements(department: department, limits: limits)
        return
      }
    }
    do throws(FeedRefusal) {
      if let cnaf { return try cnaf.start(name, line: line) }
      try genesis.start(name, GenesisAttributes(base: attributes, count: count), line: line)
    } catch {
      refuse(error)
    }
  }

  private func end(_ name: UnsafePointer<xmlChar>) {
    silence = 0
    guard refusal == nil else { return }
    do throws(FeedRefusal) {
      if let cnaf {
        output.append(contentsOf: try cnaf.end(line: line))
      } else {
        output.append(contentsOf: try genesis.end(line: line))
      }
    } catch {
      refuse(error)
    }
  }

  private func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    silence = 0
    guard refusal == nil, let cnaf else { return }
    do throws(FeedRefusal) { try cnaf.characters(bytes, line: line) } catch { refuse(error) }
  }

  private func stopped(by error: xmlErrorPtr) {
    guard fault == nil, error.pointee.level == XML_ERR_FATAL else { return }
    // libxml2 2.9 gives one code to a forbidden character and to bytes that are not UTF-8, and quotes the bytes of
    // the latter.
    let isCharacter = error.pointee.code == Int32(bitPattern: XML_ERR_INVALID_CHAR.rawValue)
    let code = isCharacter && error.pointee.str1 != nil ? XML_ERR_INVALID_ENCODING : XML_ERR_INVALID_CHAR
    fault = isCharacter ? Int32(bitPattern: code.rawValue) : error.pointee.code
  }

  private static func parser(_ context: UnsafeMutableRawPointer?) -> FeedXMLParser? {
    context.map { Unmanaged<FeedXMLParser>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func makeHandler() -> xmlSAXHandler {
    var handler = xmlSAXHandler()
    handler.initialized = UInt32(XML_SAX2_MAGIC)
    handler.startElementNs = { context, name, _, _, _, _, count, _, attributes in
      guard let name else { return }
      FeedXMLParser.parser(context)?.start(name, attributes, Int(count))
    }
    handler.endElementNs = { context, name, _, _ in
      guard let name else { return }
      FeedXMLParser.parser(context)?.end(name)
    }
    handler.internalSubset = { context, _, _, _ in FeedXMLParser.parser(context)?.refuse(.entityDeclared) }
    handler.externalSubset = { context, _, _, _ in FeedXMLParser.parser(context)?.refuse(.entityDeclared) }
    handler.entityDecl = { context, _, _, _, _, _ in FeedXMLParser.parser(context)?.refuse(.entityDeclared) }
    handler.reference = { context, _ in FeedXMLParser.parser(context)?.refuse(.entityDeclared) }
    handler.characters = { context, start, count in
      FeedXMLParser.parser(context)?.characters(UnsafeBufferPointer(start: start, count: Int(count)))
    }
    handler.ignorableWhitespace = { context, _, _ in FeedXMLParser.parser(context)?.silence = 0 }
    handler.comment = { context, _ in FeedXMLParser.parser(context)?.silence = 0 }
    handler.processingInstruction = { context, _, _ in FeedXMLParser.parser(context)?.silence = 0 }
    handler.serror = { context, error in
      guard let error else { return }
      FeedXMLParser.parser(context)?.stopped(by: error)
    }
    return handler
  }
}
