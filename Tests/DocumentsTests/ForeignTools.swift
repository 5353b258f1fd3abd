import Foundation

@testable import Documents

/// What another program makes of `content`: `program OPTIONS FILE -`, its output.
func run(_ program: String, _ options: [String] = [], on content: Data) throws -> String {
  let scratch = try ScratchFolder()
  defer { scratch.remove() }
  try content.write(to: scratch.file("input"))
  // pdfinfo takes no output name; pdftotext writes to a file unless told `-`.
  let destination = program == "pdftotext" ? ["-"] : []
  return try output(of: [program] + options + [scratch.file("input").path] + destination)
}

func output(of command: [String]) throws -> String {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = command
  process.standardOutput = pipe
  try process.run()
  let content = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return String(decoding: content, as: UTF8.self)
}

/// A shell script that finds its last argument in `$last`.
func executable(_ script: String, in scratch: ScratchFolder) throws -> String {
  let file = scratch.file("program-\(UUID().uuidString).sh")
  try Data("#!/bin/sh\nfor last in \"$@\"; do :; done\n\(script)\n".utf8).write(to: file)
  try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
  return file.path
}

func isRunning(_ id: pid_t) -> Bool {
  guard let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return false }
  // A killed orphan may wait a moment as a zombie for init.
  return !String(decoding: stat, as: UTF8.self).contains(") Z ")
}

func files(below folder: URL, named name: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(name) }
}
