// swift-tools-version: 6.2
import PackageDescription

/// The strict settings of every target of ours (docs/architecture.md, "Concurrency and strictness").
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
  name: "sluice",
  products: [.executable(name: "sluice", targets: ["sluice"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CAllocator"),
    .target(name: "CSpawn"),
    // The files of the console, as bytes of the program.
    .target(name: "CConsole", exclude: ["files"]),
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    // Its headers need libpq-dev; the library is loaded at run time.
    .target(name: "CLibPQ"),
    .target(name: "GatewayCore", swiftSettings: strict),
    .target(name: "GatewayDialects", dependencies: ["GatewayCore"], swiftSettings: strict),
    .target(
      name: "GatewayProviders",
      dependencies: [
        "GatewayCore", "GatewayDialects", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "GatewayPolicies",
      dependencies: [
        "GatewayCore", "GatewayDialects", "GatewayProviders", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "GatewayTelemetry",
      dependencies: ["GatewayCore", .product(name: "Logging", package: "swift-log")], swiftSettings: strict),
    .target(
      name: "GatewayConfiguration",
      dependencies: [
        "GatewayCore", "GatewayDialects", "GatewayProviders", .product(name: "Yams", package: "Yams"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "GatewayStorage",
      dependencies: nio + [
        "CHiredis", "CLibPQ", "GatewayCore", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ], swiftSettings: strict),
    .target(
      name: "GatewayProxy",
      dependencies: nio + [
        "GatewayCore", "GatewayDialects", "GatewayProviders", "GatewayPolicies", "GatewayTelemetry",
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .target(
      name: "GatewayAdmin",
      dependencies: [
        "CConsole", "GatewayCore", "GatewayConfiguration", "GatewayDialects", "GatewayPolicies", "GatewayProviders",
        "GatewayStorage", "GatewayTelemetry", .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "sluice",
      dependencies: nio + [
        "CAllocator", "CSpawn",
        "GatewayCore", "GatewayDialects", "GatewayProviders", "GatewayPolicies", "GatewayConfiguration",
        "GatewayStorage", "GatewayTelemetry",
        "GatewayProxy", "GatewayAdmin",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),

    .target(
      name: "GatewayTesting",
      dependencies: nio + [
        "CSpawn",
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    tests("GatewayCore"),
    tests("GatewayDialects"),
    tests("GatewayProviders", [.product(name: "CryptoExtras", package: "swift-crypto")]),
    tests("GatewayPolicies", ["GatewayDialects", "GatewayProviders", "GatewayTesting"]),
    tests("GatewayConfiguration", ["GatewayProviders", .product(name: "Crypto", package: "swift-crypto")]),
    tests("GatewayTelemetry", ["GatewayTesting", .product(name: "Logging", package: "swift-log")]),
    tests(
      "GatewayStorage", nio + ["GatewayPolicies", "GatewayTesting", .product(name: "GRDB", package: "GRDB.swift")]),
    tests(
      "GatewayAdmin",
      [
        "GatewayDialects", "GatewayStorage", "GatewayTelemetry", "GatewayTesting",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    tests(
      "GatewayProxy",
      nio + [
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ]),
    .testTarget(name: "Scenarios", dependencies: ["GatewayTesting", "sluice"], swiftSettings: strict),
  ]
)

/// The unit tests of a module.
func tests(_ module: String, _ more: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(module)Tests",
    dependencies: (module == "GatewayCore" ? [] : ["GatewayCore"]) + [.byName(name: module)] + more,
    swiftSettings: strict)
}
