import NIOCore
import Testing

@testable import Redis

@Suite("Protocol")
struct ProtocolTests {
  @Test("a reply cut anywhere is the same reply")
  func pieces() throws {
    let bytes = [UInt8]("*3\r\n$5\r\na\r\nbc\r\n*2\r\n:-7\r\n$-1\r\n-ERR no\r\n+OK\r\n".utf8)
    for cut in 1..<bytes.count {
      let reader = try ReplyReader()
      var replies: [RedisValue] = []
      for piece in [bytes[..<cut], bytes[cut...]] {
        try reader.feed(ByteBuffer(bytes: piece))
        while let reply = try reader.next() { replies.append(reply) }
      }
      #expect(
        replies == [
          .array([.bulk([UInt8]("a\r\nbc".utf8)), .array([.integer(-7), .null]), .error("ERR no")]), .status("OK"),
        ])
    }
  }

  @Test(
    "what is not RESP2, too deep or too many is refused",
    arguments: ["HTTP/1.1 400\r\n", ":12a\r\n", "$-7\r\n", "*1048577\r\n", String(repeating: "*1\r\n", count: 20)])
  func violations(_ text: String) throws {
    let reader = try ReplyReader()
    let error = #expect(throws: RedisError.self) {
      try reader.feed(ByteBuffer(string: text))
      _ = try reader.next()
    }
    #expect(error?.code == .protocolViolation)
    #expect(error?.message.isEmpty == false)
  }

  @Test("an item above 64 MiB is refused before it is whole")
  func tooLong() throws {
    let reader = try ReplyReader()
    let mebibyte = ByteBuffer(repeating: 120, count: 1 << 20)
    try reader.feed(ByteBuffer(string: "$\(1 << 30)\r\n"))
    for _ in 1...64 {
      try reader.feed(mebibyte)
      #expect(try reader.next() == nil)
    }
    #expect(throws: RedisError.self) {
      try reader.feed(mebibyte)
      _ = try reader.next()
    }
  }

  @Test("a command is written as an array of bulk strings, whatever is in it")
  func format() throws {
    var buffer = ByteBuffer()
    try CommandFormat.append(["SET", "", "é\r\n\0"], to: &buffer)
    try CommandFormat.append([""], to: &buffer)
    #expect(String(buffer: buffer) == "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$5\r\né\r\n\0\r\n*1\r\n$0\r\n\r\n")
  }

  @Test(
    "an address gives host, port, password and database",
    arguments: [
      ("redis://localhost", "redis://localhost:6379/0", nil),
      ("rediss://:p%40ss@redis.example.fr:7000/2", "rediss://redis.example.fr:7000/2", ["AUTH", "p@ss"]),
      ("redis://suite:pass@[::1]:7000", "redis://::1:7000/0", ["AUTH", "suite", "pass"]),
    ])
  func addresses(_ url: String, _ description: String, _ authentication: [String]?) throws {
    let configuration = try RedisConfiguration(url: url)
    #expect("\(configuration)" == description)
    #expect(configuration.greeting.first { $0[0] == "AUTH" } == authentication)
  }

  @Test(
    "another address is refused, without repeating its password",
    arguments: [
      "http://:secret@localhost", "redis://:secret@localhost/x", "redis://", "localhost:6379", "",
    ])
  func refusedAddresses(_ url: String) {
    let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
    #expect(error?.description.contains("secret") == false)
  }
}
