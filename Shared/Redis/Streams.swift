/// One entry of a stream.
public struct StreamEntry: Sendable, Equatable {
  /// Milliseconds and sequence, such as `1735689600000-0`: entries are in this order.
  public let id: String
  /// Empty when the entry was trimmed while a consumer still had it pending: only acknowledging is left to do. (Redis
  /// stores no entry without fields.)
  public let fields: [String: String]

  public init(id: String, fields: [String: String]) {
    self.id = id
    self.fields = fields
  }
}

extension RedisClient {
  /// Makes `group` on `stream`, from the stream's beginning, and the stream itself if there is none. Does nothing if
  /// the group is there.
  public func createGroup(stream: String, group: String) async throws {
    do {
      _ = try await command("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
    } catch let error as RedisError where error.code == .server && error.message.hasPrefix("BUSYGROUP") {
      return
    }
  }

  /// Says that the group is done with the entries `ids`. Gives how many were pending; an empty list sends nothing.
  @discardableResult
  public func acknowledge(stream: String, group: String, ids: [String]) async throws -> Int {
    guard !ids.isEmpty else { return 0 }
    return try await command("XACK", [stream, group] + ids).integer("XACK")
  }

  /// Takes over, for `consumer`, up to `count` entries that some consumer of the group was given at least `minIdle`
  /// ago and has not acknowledged. The whole list of pending entries is searched.
  /// - Returns: the entries, and the ids of entries that were trimmed before they were acknowledged, idle or not.
  ///   Redis tells these only once and forgets them, so they deserve an alarm.
  public func autoclaim(
    stream: String, group: String, consumer: String, minIdle: Duration, count: Int
  ) async throws -> (entries: [StreamEntry], deletedIds: [String]) {
    let idle = String(Int(minIdle / .milliseconds(1)))
    var entries: [StreamEntry] = []
    var deletedIds: [String] = []
    var cursor = "0-0"
    repeat {
      let reply = try await command(
        "XAUTOCLAIM", stream, group, consumer, idle, cursor, "COUNT", String(count - entries.count))
      guard let parts = reply.array, parts.count >= 3, let next = parts[0].string, let deleted = parts[2].array else {
        throw RedisError.unexpectedReply("XAUTOCLAIM")
      }
      entries += try parts[1].entries("XAUTOCLAIM")
      deletedIds += deleted.compactMap(\.string)
      cursor = next
    } while cursor != "0-0" && entries.count < count
    return (entries, deletedIds)
  }

  /// The newest entry, or `nil` if the stream is empty or missing.
  public func lastEntry(stream: String) async throws -> StreamEntry? {
    try await command("XREVRANGE", stream, "+", "-", "COUNT", "1").entries("XREVRANGE").first
  }

  /// How many entries the stream holds; 0 if it is missing.
  public func streamLength(stream: String) async throws -> Int {
    try await command("XLEN", stream).integer("XLEN")
  }

  /// The groups that read the stream and how far each is behind: `pending` entries given to consumers and not
  /// acknowledged, and `lag` entries not yet given to any (`nil` when Redis cannot tell, after deletions inside the stream).
  /// - Throws: `RedisError` with code `.server` when the stream is missing.
  public func groups(stream: String) async throws -> [(name: String, pending: Int, lag: Int?)] {
    guard let groups = try await command("XINFO", "GROUPS", stream).array else {
      throw RedisError.unexpectedReply("XINFO GROUPS")
    }
    return try groups.map { description in
      let values = try description.pairs("XINFO GROUPS")
      guard let name = values["name"]?.string, let pending = values["pending"]?.int else {
        throw RedisError.unexpectedReply("XINFO GROUPS")
      }
      return (name, pending, values["lag"]?.int)
    }
  }

  /// How far one group is behind: see `groups(stream:)`.
  /// - Throws: `RedisError` with code `.server` when the stream or the group is missing.
  public func groupLag(stream: String, group: String) async throws -> (pending: Int, lag: Int?) {
    guard let found = try await groups(stream: stream).first(where: { $0.name == group }) else {
      throw RedisError(code: .server, message: "NOGROUP no group \(group) on \(stream)")
    }
    return (found.pending, found.lag)
  }

  /// How many entries of each stream were given to the group and are not acknowledged.
  public func pendingCounts(streams: [String], group: String) async throws -> [String: Int] {
    let replies = try await pipeline(streams.map { ["XPENDING", $0, group] })
    var counts: [String: Int] = [:]
    for (stream, reply) in zip(streams, replies) {
      guard let count = try reply.unlessError().array?.first?.int else { throw RedisError.unexpectedReply("XPENDING") }
      counts[stream] = count
    }
    return counts
  }

  /// Drops entries older than `minId`, in whole blocks (`MINID ~`): some older ones may stay. Gives how many went.
  @discardableResult
  public func trim(stream: String, minId: String) async throws -> Int {
    try await command("XTRIM", stream, "MINID", "~", minId).integer("XTRIM")
  }
}

extension RedisConnection {
  /// Reads as `consumer` of `group`.
  ///
  /// When the task is cancelled while entries are on their way, they stay pending for this consumer: it finds them
  /// from `"0"`, others through `autoclaim`.
  /// - Parameters:
  ///   - from: `">"` for entries given to no consumer yet; `"0"` for those this consumer has and did not acknowledge
  ///     (or the id after which to look for these).
  ///   - blockMilliseconds: how long to wait for a first entry; 0 for not at all. (Redis' own 0, for ever, has no use
  ///     in a process that must be able to stop.)
  public func readGroup(
    stream: String, group: String, consumer: String, from: String, count: Int, blockMilliseconds: Int = 0
  ) async throws -> [StreamEntry] {
    try await readGroup(
      streams: [stream], group: group, consumer: consumer, from: from, count: count,
      blockMilliseconds: blockMilliseconds)[stream] ?? []
  }

  /// Reads several streams as `consumer` of `group`, as above; `count` is the most entries of each.
  /// - Returns: only the streams that had something.
  public func readGroup(
    streams: [String], group: String, consumer: String, from: String, count: Int, blockMilliseconds: Int = 0
  ) async throws -> [String: [StreamEntry]] {
    try await read(
      "XREADGROUP", ["GROUP", group, consumer, "COUNT", String(count)], blockMilliseconds,
      ["STREAMS"] + streams + streams.map { _ in from }
    ).filter { !$0.value.isEmpty }
  }

  /// Reads several streams without a group.
  /// - Parameters:
  ///   - streams: for each stream the id after which to read; `"$"` for what comes from now on.
  ///   - count: the most entries per stream.
  ///   - blockMilliseconds: how long to wait for a first entry; 0 for not at all.
  /// - Returns: only the streams that had something.
  public func read(
    streams: [String: String], count: Int, blockMilliseconds: Int = 0
  ) async throws -> [String: [StreamEntry]] {
    let positions = streams.map { (name: $0.key, after: $0.value) }
    return try await read(
      "XREAD", ["COUNT", String(count)], blockMilliseconds,
      ["STREAMS"] + positions.map(\.name) + positions.map(\.after))
  }

  private func read(
    _ name: String, _ options: [String], _ block: Int, _ streams: [String]
  ) async throws -> [String: [StreamEntry]] {
    let blocking = block > 0 ? ["BLOCK", String(block)] : []
    let timeout = Duration.milliseconds(max(0, block)) + .seconds(5)
    let reply = try await command([name] + options + blocking + streams, timeout: timeout)
    if reply == .null { return [:] }
    guard let parts = reply.array else { throw RedisError.unexpectedReply(name) }
    var found: [String: [StreamEntry]] = [:]
    for part in parts {
      guard let pair = part.array, pair.count == 2, let stream = pair[0].string else {
        throw RedisError.unexpectedReply(name)
      }
      found[stream] = try pair[1].entries(name)
    }
    return found
  }
}

extension RedisError {
  fileprivate static func unexpectedReply(_ command: String) -> RedisError {
    RedisError(code: .protocolViolation, message: "a reply to \(command) that it should not have")
  }
}

extension RedisValue {
  fileprivate func integer(_ command: String) throws -> Int {
    guard let int else { throw RedisError.unexpectedReply(command) }
    return int
  }

  /// A list of `[id, [field, value, …]]`.
  fileprivate func entries(_ command: String) throws -> [StreamEntry] {
    guard let array else { throw RedisError.unexpectedReply(command) }
    return try array.map { entry in
      guard let pair = entry.array, pair.count == 2, let id = pair[0].string else {
        throw RedisError.unexpectedReply(command)
      }
      let fields = pair[1] == .null ? [:] : try pair[1].pairs(command)
      return StreamEntry(id: id, fields: fields.compactMapValues(\.string))
    }
  }

  /// A flat list of names and values; of a name given twice, the last.
  fileprivate func pairs(_ command: String) throws -> [String: RedisValue] {
    guard let array, array.count.isMultiple(of: 2) else { throw RedisError.unexpectedReply(command) }
    var values: [String: RedisValue] = [:]
    for index in stride(from: 0, to: array.count, by: 2) {
      guard let name = array[index].string else { throw RedisError.unexpectedReply(command) }
      values[name] = array[index + 1]
    }
    return values
  }
}
