// swift-tools-version: 6.2
import PackageDescription

// Headers that Debian keeps below a folder of their own; everything else is found in /usr/include.
let headers: [SwiftSetting] = [
  .unsafeFlags(["-Xcc", "-I/usr/include/postgresql", "-Xcc", "-I/usr/include/libxml2"])
]
let settings: [SwiftSetting] =
  headers + [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Shared/\(name)", resources: resources, swiftSettings: settings)
}

func c(_ name: String) -> Target {
  .systemLibrary(name: name, path: "Shared/C/\(name)")
}

/// A process of the suite. It may use what is shared, never another process.
func process(
  _ name: String, _ more: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = [.copy("Migrations")]
) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "Domain", "API", "Postgres", "Redis", "Messaging", "Service", logging, lifecycle, hummingbird, httpTypes,
    ] + more,
    path: "Services/\(name)", exclude: exclude, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
    swiftSettings: settings)
}

let package = Package(
  name: "jalons",
  platforms: [.macOS(.v15)],
  // To the letter: two clones a month apart build the same.
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
  ],
  targets: [
    c("CPostgres"), c("CHiredis"), c("CXML"), c("CZlib"), c("CZip"), c("CSpreadsheet"), c("CCurl"), c("COpenSSL"),
    c("CSpawn"), c("CQREncode"),

    library("Domain", []),
    library("Passwords", ["COpenSSL"]),
    library("Postgres", ["Domain", "CPostgres", logging]),
    library(
      "Redis",
      [
        "CHiredis", logging,
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    library("API", ["Domain", httpTypes]),
    library("Messaging", ["Domain", "API", "Postgres", "Redis", logging, lifecycle]),
    library("Migrations", ["Domain", "API", "Postgres", "Messaging"], resources: [.copy("SQL")]),
    library(
      "Service",
      [
        "Domain", "API", "Postgres", "Redis", "Messaging", hummingbird, logging, lifecycle, httpTypes,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    library(
      "Documents",
      [
        "Domain", "CXML", "CZip", "CSpreadsheet", "CSpawn", "COpenSSL", logging,
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
      ], resources: [.copy("Models")]),

    library(
      "Letters",
      ["Domain", "API", "Postgres", "Service", "Documents", .product(name: "NIOCore", package: "swift-nio")]),

    process(
      "Gateway",
      [
        "CZlib",
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ], resources: []),
    process(
      "Portal",
      [
        "CQREncode", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Assets"], resources: []),
    process(
      "Identity",
      [
        "Documents", "Passwords", .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    process(
      "Dossiers",
      [
        "CXML", "CZlib", "Documents", "Letters", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    process(
      "Contracts",
      [
        "Documents", "Letters", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    process(
      "Scheduling",
      [
        "CCurl", "Documents", "Letters", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    process("FSE", ["Documents"]),
    process("Insight", ["Documents"]),
    process(
      "Control",
      [
        "Documents", "Migrations", "Passwords", "CZlib",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], resources: []),

    .target(
      name: "TestSupport",
      dependencies: [
        "Domain", "API", "Postgres", "Redis", "Messaging", "Migrations", "Service", logging, lifecycle, hummingbird,
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/Support", swiftSettings: settings),
    tests("Domain", ["Domain"]),
    tests("Postgres", ["Postgres", "Migrations", "Domain", "API", "TestSupport", logging]),
    tests("Redis", ["Redis", logging, .product(name: "NIOCore", package: "swift-nio")]),
    tests("API", ["API"]),
    tests("Messaging", ["Messaging", "API", "Domain", "Postgres", "Redis", "TestSupport", lifecycle, logging]),
    tests(
      "Service",
      [
        "Service", "API", "Domain", "Messaging", "Postgres", "Redis", "TestSupport", lifecycle, logging,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests(
      "Documents",
      [
        "Documents", "Domain", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests("Gateway", ["Gateway", "TestSupport"]),
    tests(
      "Portal",
      [
        "Portal", "TestSupport", hummingbird, logging, lifecycle, httpTypes,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ]),
    tests(
      "Identity",
      [
        "Identity", "Passwords", "TestSupport", .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Crypto", package: "swift-crypto"), hummingbird, logging, lifecycle,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests("Dossiers", ["Dossiers", "Control", "TestSupport", "CZlib"]),
    tests(
      "Contracts",
      [
        "Contracts", "TestSupport", hummingbird, logging, httpTypes, .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests(
      "Scheduling",
      [
        "Scheduling", "TestSupport", hummingbird, logging, .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    tests("FSE", ["FSE", "TestSupport"]),
    tests("Insight", ["Documents", "Insight", "TestSupport"]),
    tests(
      "Interface",
      [
        "Contracts", "Dossiers", "FSE", "Identity", "Insight", "Scheduling", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests(
      "Control",
      [
        "Control", "Dossiers", "Identity", "Passwords", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
