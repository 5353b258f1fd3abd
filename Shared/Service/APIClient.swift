import API
import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The typed client of every endpoint, made from the declarations: the portal and the tests use nothing else.
public struct APIClient: Sendable {
  /// What came back: the value and its version.
  public struct Reply<Output: Sendable>: Sendable {
    public let value: Output
    public let version: Int?
  }

  private let addresses: @Sendable (ServiceName) -> [String]
  private let token: String?
  private let extraHeaders: [(String, String)]
  private static let turn = Atomic<Int>(0)

  /// - Parameter addresses: where each process's copies are.
  public init(
    addresses: @escaping @Sendable (ServiceName) -> [String], token: String? = nil, headers: [(String, String)] = []
  ) {
    self.addresses = addresses
    self.token = token
    self.extraHeaders = headers
  }

  /// The same client with a caller's token and more headers.
  public func with(token: String?, headers: [(String, String)] = []) -> APIClient {
    APIClient(addresses: addresses, token: token, headers: extraHeaders + headers)
  }

  /// Calls an endpoint.
  /// - Throws: `Problem` for every answer that is not the declared one, and when no copy can be reached.
  public func call<Input: Payload, Output: Payload>(
    _ endpoint: Endpoint<Input, Output>, _ parameters: [String: any CustomStringConvertible] = [:], _ input: Input,
    version: Int? = nil, key: String? = nil
  ) async throws -> Output {
    try await reply(endpoint, parameters, input, version: version, key: key).value
  }

  public func call<Output: Payload>(
    _ endpoint: Endpoint<NoInput, Output>, _ parameters: [String: any CustomStringConvertible] = [:],
    version: Int? = nil, key: String? = nil
  ) async throws -> Output {
    try await call(endpoint, parameters, NoInput(), version: version, key: key)
  }

  /// As `call`, with the version that came in `ETag`.
  public func reply<Input: Payload, Output: Payload>(
    _ endpoint: Endpoint<Input, Output>, _ parameters: [String: any CustomStringConvertible] = [:], _ input: Input,
    version: Int? = nil, key: String? = nil
  ) async throws -> Reply<Output> {
    let (data, headers) = try await send(
      endpoint.service, method: endpoint.method, address: Self.address(endpoint, parameters, input),
      body: endpoint.method == .get || endpoint.method == .delete ? nil : JSONEncoder.jalons.encode(input),
      version: version, key: key)
    let value = try JSONDecoder.jalons.decode(Output.self, from: data.isEmpty ? Data("{}".utf8) : data)
    let tag = headers.first(name: "etag").flatMap { Int($0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))) }
    return Reply(value: value, version: tag)
  }

  /// Fetches a file.
  public func file<Input: Payload>(
    _ endpoint: Endpoint<Input, FileOutput>, _ parameters: [String: any CustomStringConvertible] = [:], _ input: Input
  ) async throws -> FileOutput {
    let (data, headers) = try await send(
      endpoint.service, method: endpoint.method, address: Self.address(endpoint, parameters, input),
      body: endpoint.method == .get ? nil : JSONEncoder.jalons.encode(input), version: nil, key: nil)
    let disposition = headers.first(name: "content-disposition") ?? ""
    let name = disposition.components(separatedBy: "UTF-8''").last?.removingPercentEncoding ?? "document"
    return FileOutput(
      name: name, contentType: headers.first(name: "content-type") ?? "application/octet-stream", bytes: data)
  }

  /// Sends a file as the body.
  public func upload<Output: Payload>(
    _ endpoint: Endpoint<StreamInput, Output>, _ parameters: [String: any CustomStringConvertible] = [:],
    query: [String: String] = [:], bytes: Data
  ) async throws -> Output {
    var address = endpoint.address(parameters)
    if !query.isEmpty { address += "?" + Self.encoded(query) }
    let (data, _) = try await send(
      endpoint.service, method: endpoint.method, address: address, body: bytes, version: nil, key: nil,
      contentType: "application/octet-stream", timeout: .minutes(30))
    return try JSONDecoder.jalons.decode(Output.self, from: data)
  }

  private static func address<I: Payload, O>(
    _ endpoint: Endpoint<I, O>, _ parameters: [String: any CustomStringConvertible], _ input: I
  ) throws -> String {
    let address = endpoint.address(parameters)
    guard endpoint.method == .get || endpoint.method == .delete, I.self != NoInput.self else { return address }
    guard case .object(let fields) = try JSONValue(encoding: input) else { return address }
    let query = fields.compactMapValues(text)
    return query.isEmpty ? address : address + "?" + encoded(query)
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .null, .object: nil
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .array(let items): items.compactMap(text).joined(separator: ",")
    }
  }

  static func encoded(_ query: [String: String]) -> String {
    query.sorted { $0.key < $1.key }.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")"
    }.joined(separator: "&")
  }

  private func send(
    _ service: ServiceName, method: Method, address: String, body: Data?, version: Int?, key: String?,
    contentType: String = "application/json", timeout: TimeAmount = .seconds(30)
  ) async throws -> (Data, HTTPHeaders) {
    let copies = addresses(service)
    let first = Self.turn.wrappingAdd(1, ordering: .relaxed).newValue
    // A read may be asked of the next copy; a write only where the first could not even be reached.
    for attempt in 0..<copies.count {
      var request = HTTPClientRequest(url: copies[(first + attempt) % copies.count] + address)
      request.method = HTTPMethod(rawValue: method.rawValue)
      if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
      if let version { request.headers.add(name: "if-match", value: "\"\(version)\"") }
      if let key { request.headers.add(name: "idempotency-key", value: key) }
      for (name, value) in extraHeaders { request.headers.add(name: name, value: value) }
      if let body {
        request.headers.add(name: "content-type", value: contentType)
        request.body = .bytes(body)
      }
      do {
        let response = try await HTTPClient.shared.execute(request, timeout: timeout)
        let data = Data(try await response.body.collect(upTo: 256 * 1024 * 1024).readableBytesView)
        guard (200..<300).contains(response.status.code) else {
          throw (try? JSONDecoder.jalons.decode(Problem.self, from: data))
            ?? Problem("reponse", Int(response.status.code), "Le service a répondu de façon inattendue.")
        }
        return (data, response.headers)
      } catch let problem as Problem {
        throw problem
      } catch {
        let refused = error is NIOConnectionError || (error as? HTTPClientError) == .connectTimeout
        if attempt + 1 < copies.count, method == .get || refused { continue }
        throw Problem.busy
      }
    }
    throw Problem.busy
  }
}
