import Foundation

/// A process that was stopped: the machine takes connections in its name, and nobody answers them.
public final class SilentServer: Sendable {
  public let port: Int
  private let descriptor: Int32

  public var url: String { "http://127.0.0.1:\(port)" }

  public init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isOpen = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isOpen else { throw TestServerError("no port for a silent server") }
    port = Int(in_port_t(bigEndian: address.sin_port))
  }

  /// Gives the port up: whoever waits loses the connection.
  public func stop() { close(descriptor) }
}
