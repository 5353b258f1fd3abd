import API
import Foundation
import Hummingbird
import NIOCore

extension FileOutput {
  /// A file that is passed on part by part, as a store or a service gives it.
  /// - Parameter size: in bytes; nil where it is not known before the end.
  public init<Content: AsyncSequence & Sendable>(
    name: String, contentType: String, size: Int?, passing content: Content
  ) where Content.Element == ByteBuffer {
    self.init(name: name, contentType: contentType, size: size) { take in
      for try await part in content { try await take(Data(part.readableBytesView)) }
    }
  }

  /// As the body of an answer.
  public var body: ResponseBody {
    switch content {
    case .whole(let bytes): return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .parts(let size, let parts):
      return ResponseBody(contentLength: size) { writer in
        try await parts { part in try await writer.write(ByteBuffer(bytes: part)) }
        try await writer.finish(nil)
      }
    }
  }
}
