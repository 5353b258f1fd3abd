import Foundation

/// The load balancers in front of the gateway, whose word about the client's address is taken; nobody else's is.
struct TrustedProxies: Sendable {
  private struct Network {
    let bytes: [UInt8]
    let bits: Int
  }
  private let networks: [Network]

  /// - Parameter text: addresses and networks separated by commas: `10.0.0.0/8, fd00::/8`.
  init(_ text: String) throws {
    networks = try text.split(separator: ",").map { item in
      let parts = item.trimmingCharacters(in: .whitespaces).split(separator: "/", maxSplits: 1)
      guard let first = parts.first, let bytes = Self.bytes(of: String(first)),
        let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8, (0...bytes.count * 8).contains(bits)
      else { throw GatewaySettings.unreadable("JALONS_TRUSTED_PROXIES", "\(item) is no network") }
      return Network(bytes: bytes, bits: bits)
    }
  }

  func contains(_ address: String) -> Bool {
    guard let bytes = Self.bytes(of: address) else { return false }
    return networks.contains { network in
      guard network.bytes.count == bytes.count else { return false }
      return (0..<network.bits).allSatisfy { bit in
        let mask = UInt8(0x80) >> UInt8(bit % 8)
        return network.bytes[bit / 8] & mask == bytes[bit / 8] & mask
      }
    }
  }

  /// The address of the client: the peer's own, or the last one in `forwarded` that is not a trusted proxy's.
  func client(peer: String, forwarded: String?) -> String {
    guard contains(peer), let forwarded else { return peer }
    for item in forwarded.split(separator: ",").reversed() {
      let address = item.trimmingCharacters(in: CharacterSet(charactersIn: " []"))
      // What is not an address was made up further out.
      guard Self.bytes(of: address) != nil else { return peer }
      if !contains(address) { return address }
    }
    return peer
  }

  private static func bytes(of address: String) -> [UInt8]? {
    var four = in_addr()
    if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
    var six = in6_addr()
    guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    // ::ffff:10.0.0.1 is 10.0.0.1.
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
    return isMapped ? Array(bytes[12...]) : bytes
  }
}
