import Foundation
import NIOPosix

/// Where the copies behind a name are: `docker compose up --scale dossiers=2` gives one name two addresses.
public enum CopyAddresses {
  /// The addresses of a host, or nil when they cannot be had now.
  public typealias Resolve = @Sendable (_ host: String) async -> [String]?

  /// One address for each copy that a URL stands for. A URL with `https` stays as it is: its certificate bears the name.
  static func copies(of url: String, _ resolve: Resolve) async -> [String]? {
    guard var parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host, !isAddress(host) else {
      return [url]
    }
    guard let found = await resolve(host), !found.isEmpty else { return nil }
    return Set(found).sorted().compactMap { address in
      parts.host = address.contains(":") ? "[\(address)]" : address
      return parts.string
    }
  }

  private static func isAddress(_ host: String) -> Bool {
    host.hasPrefix("[") || host.allSatisfy { $0.isNumber || $0 == "." }
  }

  /// Asks the machine's resolver, on a thread that may wait. Of a host with addresses of both kinds those of version 4
  /// alone: a copy has one of each.
  @Sendable public static func ofMachine(_ host: String) async -> [String]? {
    do {
      return try await NIOThreadPool.singleton.runIfActive { () -> [String]? in
        let four = addresses(of: host, AF_INET)
        return four.isEmpty ? addresses(of: host, AF_INET6) : four
      }
    } catch {
      // The process ends.
      return nil
    }
  }

  private static func addresses(of host: String, _ family: Int32) -> [String] {
    var hints = addrinfo()
    hints.ai_family = family
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    return sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { info in
      guard let info else { return nil }
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let length = socklen_t(text.count)
      guard
        getnameinfo(info.pointee.ai_addr, info.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0
      else { return nil }
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
