import Foundation

/// The file store that the settings name: the bucket of `JALONS_S3_BUCKET`, else the folder of `JALONS_FILES`.
/// - Parameters:
///   - schema: whose files they are.
///   - setting: gives a setting by its name; nil when it is not set.
/// - Throws: `MissingSetting` for the first one that is missing.
public func openFileStore(of schema: String, setting: (String) -> String?) throws -> any FileStore {
  func needed(_ name: String) throws -> String {
    guard let value = setting(name) else { throw MissingSetting(name: name) }
    return value
  }
  guard let bucket = setting("JALONS_S3_BUCKET") else {
    return try FolderStore(root: URL(filePath: needed("JALONS_FILES")), schema: schema)
  }
  return try S3Store(
    .init(
      bucket: bucket, region: setting("JALONS_S3_REGION") ?? "us-east-1", accessKey: needed("JALONS_S3_KEY"),
      secretKey: needed("JALONS_S3_SECRET")), schema: schema)
}

/// A setting that the file store needs is not set.
public struct MissingSetting: Error, CustomStringConvertible {
  let name: String

  public var description: String { "\(name) is not set" }
}
