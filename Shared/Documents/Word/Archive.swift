import CZip
import Foundation

/// A zip held in memory: its files in order, each name once.
struct Archive: Sendable {
  struct Entry: Sendable {
    let name: String
    var content: Data
  }

  var entries: [Entry] = []

  subscript(name: String) -> Data? {
    entries.first { $0.name == name }?.content
  }

  /// Unpacks `data`, counting the bytes that really come out: the sizes a zip declares may lie.
  /// Throws `.tooLarge` past the limits, `.notWordDocument` for anything that is not a plain zip.
  init(_ data: Data, limits: WordModel.Limits) throws {
    guard data.count <= limits.fileBytes else { throw DocumentError.tooLarge }
    let unpacked = data.withUnsafeBytes { bytes in Result { try Self.unpack(bytes, limits: limits) } }
    entries = try unpacked.get()
  }

  init(entries: [Entry]) {
    self.entries = entries
  }

  private static func unpack(_ bytes: UnsafeRawBufferPointer, limits: WordModel.Limits) throws -> [Entry] {
    guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, nil) else {
      throw DocumentError.notWordDocument
    }
    guard let archive = zip_open_from_source(source, ZIP_RDONLY, nil) else {
      zip_source_free(source)
      throw DocumentError.notWordDocument
    }
    defer { zip_discard(archive) }
    let count = zip_get_num_entries(archive, 0)
    guard count <= limits.entries else { throw DocumentError.tooLarge }
    var entries: [Entry] = []
    var names: Set<String> = []
    var room = limits.unpackedBytes
    for index in 0..<UInt64(max(0, count)) {
      guard let raw = zip_get_name(archive, index, 0), case let name = String(cString: raw), isPlain(name),
        names.insert(name).inserted
      else { throw DocumentError.notWordDocument }
      if name.hasSuffix("/") { continue }
      let content = try read(archive, index, room: room)
      room -= content.count
      entries.append(Entry(name: name, content: content))
    }
    return entries
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\") && !name.split(separator: "/").contains("..")
  }

  private static func read(_ archive: OpaquePointer, _ index: UInt64, room: Int) throws -> Data {
    guard let file = zip_fopen_index(archive, index, 0) else { throw DocumentError.notWordDocument }
    defer { zip_fclose(file) }
    var content = Data()
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let got = zip_fread(file, &chunk, UInt64(chunk.count))
      guard got >= 0 else { throw DocumentError.notWordDocument }
      if got == 0 { return content }
      guard content.count + Int(got) <= room else { throw DocumentError.tooLarge }
      content.append(contentsOf: chunk[0..<Int(got)])
    }
  }
}

extension Archive {
  /// A constant, so that the same content gives the same bytes: 1 January 2000.
  private static let stamp = 946_684_800

  /// A new zip with these entries in this order.
  func packed() throws -> Data {
    let failed = DocumentError.malformedPart("zip")
    guard let target = zip_source_buffer_create(nil, 0, 0, nil) else { throw failed }
    defer { zip_source_free(target) }
    zip_source_keep(target)
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, nil) else {
      zip_source_free(target)
      throw failed
    }
    for entry in entries {
      guard Self.add(entry, to: archive) else {
        zip_discard(archive)
        throw failed
      }
    }
    guard zip_close(archive) == 0 else {
      zip_discard(archive)
      throw failed
    }
    return try Self.content(of: target, orThrow: failed)
  }

  private static func add(_ entry: Entry, to archive: OpaquePointer) -> Bool {
    // libzip reads the bytes when it closes the archive, and frees this copy itself.
    guard let copy = malloc(max(1, entry.content.count)) else { return false }
    entry.content.copyBytes(to: UnsafeMutableRawBufferPointer(start: copy, count: entry.content.count))
    guard let source = zip_source_buffer(archive, copy, UInt64(entry.content.count), 1) else {
      free(copy)
      return false
    }
    let index = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    return zip_file_set_mtime(archive, UInt64(index), stamp, 0) == 0
  }

  private static func content(of source: OpaquePointer, orThrow failed: DocumentError) throws -> Data {
    var stat = zip_stat_t()
    guard zip_source_open(source) == 0 else { throw failed }
    defer { zip_source_close(source) }
    guard zip_source_stat(source, &stat) == 0 else { throw failed }
    var bytes = [UInt8](repeating: 0, count: Int(stat.size))
    var filled = 0
    while filled < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        zip_source_read(source, buffer.baseAddress?.advanced(by: filled), UInt64(buffer.count - filled))
      }
      guard got > 0 else { throw failed }
      filled += Int(got)
    }
    return Data(bytes)
  }
}
