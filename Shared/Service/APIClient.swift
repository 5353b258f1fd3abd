import API
import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// The typed client of every endpoint, made from the declarations: the portal and the tests use nothing else.
public struct APIClient: Sendable {
  /// What came back: the value and its version.
  public struct Reply<Output: Sendable>: Sendable {
    public let value: Output
    public let version: Int?
    /// The pass that an announced look was given.
    public let look: String?
  }

  private let upstreams: Upstreams
  private let token: String?
  private let extraHeaders: [(String, String)]
  /// How long « not now » is asked again.
  private var patience = Duration.zero

  /// - Parameter upstreams: the copies of the services.
  public init(upstreams: Upstreams, token: String? = nil, headers: [(String, String)] = []) {
    self.upstreams = upstreams
    self.token = token
    self.extraHeaders = headers
  }

  /// - Parameter addresses: where each service's copies are.
  public init(
    addresses: (ServiceName) -> [String], token: String? = nil, headers: [(String, String)] = []
  ) {
    let known = ServiceName.allCases.map { ($0.rawValue, addresses($0)) }
    // Names stay as they are: the gateway goes by the one that it was asked under.
    let upstreams = Upstreams(
      addresses: Dictionary(known) { $1 }, logger: Logger(label: "client") { _ in SwiftLogNoOpLogHandler() }
    ) { _ in nil }
    self.init(upstreams: upstreams, token: token, headers: headers)
  }

  /// The same client with a caller's token and more headers.
  public func with(token: String?, headers: [(String, String)] = []) -> APIClient {
    var copy = APIClient(upstreams: upstreams, token: token, headers: extraHeaders + headers)
    copy.patience = patience
    return copy
  }

  /// The same client for the first call of a page, an audited read: its act in the audit log stands for the reads that it names
  /// (`fse.listSteps`), once they are made under the pass that its reply brings.
  public func announcing(_ reads: [String]) -> APIClient {
    reads.isEmpty ? self : with(token: token, headers: [(Look.readsHeader, reads.joined(separator: ","))])
  }

  /// The same client for what a service would refuse of a write: nothing is kept, and the answer is always a problem.
  public var trying: APIClient { with(token: token, headers: [("Jalons-Trial", "1")]) }

  /// The same client under the pass of a look.
  public func under(look pass: String?) -> APIClient {
    pass.map { with(token: token, headers: [(Look.header, $0)]) } ?? self
  }

  /// The same client for a command that nobody watches: what is answered with 429 or 503, which nothing came of, is asked
  /// again every second for so long.
  public func waiting(_ patience: Duration) -> APIClient {
    var copy = self
    copy.patience = patience
    return copy
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
      body: Self.body(endpoint.method, input), version: version, key: key)
    let value = try JSONDecoder.jalons.decode(Output.self, from: data.isEmpty ? Data("{}".utf8) : data)
    let tag = headers.first(name: "etag").flatMap { Int($0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))) }
    return Reply(value: value, version: tag, look: headers.first(name: Look.header))
  }

  private static func body(_ method: Method, _ input: some Payload) throws -> Sent? {
    guard method != .get, method != .delete else { return nil }
    return .data(try JSONEncoder.jalons.encode(input))
  }

  /// Fetches a file whole.
  public func file<Input: Payload>(
    _ endpoint: Endpoint<Input, FileOutput>, _ parameters: [String: any CustomStringConvertible] = [:], _ input: Input
  ) async throws -> FileOutput {
    let (data, headers) = try await send(
      endpoint.service, method: endpoint.method, address: Self.address(endpoint, parameters, input),
      body: Self.body(endpoint.method, input), version: nil, key: nil)
    return FileOutput(name: Self.fileName(headers), contentType: Self.contentType(headers), bytes: data)
  }

  /// Opens a file, to be passed on as it comes.
  public func open<Input: Payload>(
    _ endpoint: Endpoint<Input, FileOutput>, _ parameters: [String: any CustomStringConvertible] = [:], _ input: Input
  ) async throws -> FileOutput {
    let answer = try await exchange(
      endpoint.service, method: endpoint.method, address: Self.address(endpoint, parameters, input),
      body: Self.body(endpoint.method, input), version: nil, key: nil, isOpen: true)
    let headers = answer.headers
    let (name, type) = (Self.fileName(headers), Self.contentType(headers))
    guard let body = answer.coming else { return FileOutput(name: name, contentType: type, bytes: answer.data) }
    let size = headers.first(name: "content-length").flatMap { Int($0) }
    return FileOutput(name: name, contentType: type, size: size, passing: body)
  }

  private static func fileName(_ headers: HTTPHeaders) -> String {
    let disposition = headers.first(name: "content-disposition") ?? ""
    return disposition.components(separatedBy: "UTF-8''").last?.removingPercentEncoding ?? "document"
  }

  private static func contentType(_ headers: HTTPHeaders) -> String {
    headers.first(name: "content-type") ?? "application/octet-stream"
  }

  /// Sends a file as the body.
  public func upload<Query: Payload, Output: Payload>(
    _ endpoint: Endpoint<Upload<Query>, Output>, _ parameters: [String: any CustomStringConvertible] = [:],
    query: [String: String] = [:], bytes: Data, key: String? = nil
  ) async throws -> Output {
    try await upload(endpoint, parameters, query, .data(bytes), key: key)
  }

  /// Sends a file that was received as the body, part by part.
  public func upload<Query: Payload, Output: Payload>(
    _ endpoint: Endpoint<Upload<Query>, Output>, _ parameters: [String: any CustomStringConvertible] = [:],
    query: [String: String] = [:], file: PassingFile, key: String? = nil
  ) async throws -> Output {
    try await upload(endpoint, parameters, query, .file(file), key: key)
  }

  private func upload<Query: Payload, Output: Payload>(
    _ endpoint: Endpoint<Upload<Query>, Output>, _ parameters: [String: any CustomStringConvertible],
    _ query: [String: String], _ body: Sent, key: String?
  ) async throws -> Output {
    var address = endpoint.address(parameters)
    if !query.isEmpty { address += "?" + Self.encoded(query) }
    let (data, _) = try await send(
      endpoint.service, method: endpoint.method, address: address, body: body, version: nil, key: key,
      contentType: endpoint.upload, timeout: .seconds(1800))
    return try JSONDecoder.jalons.decode(Output.self, from: data.isEmpty ? Data("{}".utf8) : data)
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

  /// What is sent as the body.
  private enum Sent: Sendable {
    case data(Data)
    case file(PassingFile)

    var body: HTTPClientRequest.Body {
      switch self {
      case .data(let data): .bytes(data)
      case .file(let file): .stream(file, length: .known(Int64(file.size)))
      }
    }
  }

  /// What came back of one copy.
  private struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let data: Data
    /// What is yet to come of an answer that is passed on.
    var coming: HTTPClientResponse.Body?

    var isGood: Bool { (200..<300).contains(status) }
  }

  private func send(
    _ service: ServiceName, method: Method, address: String, body: Sent?, version: Int?, key: String?,
    contentType: String = "application/json", timeout: Duration = .seconds(30)
  ) async throws -> (Data, HTTPHeaders) {
    let answer = try await exchange(
      service, method: method, address: address, body: body, version: version, key: key, contentType: contentType,
      timeout: timeout)
    return (answer.data, answer.headers)
  }

  /// - Parameter isOpen: whether a good answer is given before its body has come.
  private func exchange(
    _ service: ServiceName, method: Method, address: String, body: Sent?, version: Int?, key: String?,
    contentType: String = "application/json", timeout: Duration = .seconds(30), isOpen: Bool = false
  ) async throws -> Answer {
    let end = ContinuousClock.now + patience
    while true {
      do {
        return try await sendOnce(
          service, method: method, address: address, body: body, version: version, key: key,
          contentType: contentType, timeout: timeout, isOpen: isOpen)
      } catch let problem as Problem where [429, 503].contains(problem.status) && ContinuousClock.now < end {
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func sendOnce(
    _ service: ServiceName, method: Method, address: String, body: Sent?, version: Int?, key: String?,
    contentType: String, timeout: Duration, isOpen: Bool
  ) async throws -> Answer {
    var headers = HTTPHeaders(extraHeaders)
    if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
    if let version { headers.add(name: "if-match", value: "\"\(version)\"") }
    if let key { headers.add(name: "idempotency-key", value: key) }
    if body != nil { headers.add(name: "content-type", value: contentType) }
    // Whoever waits for this process must still be told what became of its own question.
    let deadline = Deadline.current?.inner.sooner(in: timeout) ?? Deadline(in: timeout)
    let (isRead, sent) = (method == .get, headers)
    let answer: Answer
    do {
      answer = try await upstreams.ask(
        service.rawValue, isRead: isRead, until: deadline, trace: headers.first(name: "traceparent"),
        isUnable: { $0.status == 503 }
      ) { [client = upstreams.client] copy in
        var request = HTTPClientRequest(url: copy + address)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers = sent
        request.headers.add(name: Deadline.headerName, value: "\(deadline.inner.milliseconds)")
        request.body = body.map(\.body)
        let response = try await client.execute(request, timeout: TimeAmount(deadline.left))
        if isOpen, (200..<300).contains(response.status.code) {
          return Answer(
            status: Int(response.status.code), headers: response.headers, data: Data(), coming: response.body)
        }
        return Answer(
          status: Int(response.status.code), headers: response.headers,
          data: Data(try await response.body.collect(upTo: 256 * 1024 * 1024).readableBytesView))
      }
    } catch let failure as UpstreamFailure {
      throw Problem.away(service, failure, isRead: isRead)
    }
    guard answer.isGood else {
      throw (try? JSONDecoder.jalons.decode(Problem.self, from: answer.data))
        ?? Problem("reponse", answer.status, "Le service a répondu de façon inattendue.")
    }
    return answer
  }
}
