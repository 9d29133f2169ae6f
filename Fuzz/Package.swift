// swift-tools-version: 6.2
import PackageDescription

// The fuzz targets are a package of their own, because every module that they cover is built with the sanitizers.
// `Sources` holds links to the modules and to what the unit tests compare with; run them with `dev/fuzz`.

let sanitizers = ["-sanitize=fuzzer,address"]
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(sanitizers + ["-parse-as-library"]),
]

let package = Package(
  name: "sluice-fuzz",
  dependencies: [.package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")],
  targets: [
    .target(name: "CLibFuzzer"),
    .target(
      name: "GatewayProxy", dependencies: ["GatewayCore", .product(name: "NIOCore", package: "swift-nio")],
      swiftSettings: settings),
    .executableTarget(
      name: "HTTP1Fuzz",
      dependencies: [
        "CLibFuzzer", "GatewayProxy", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: settings, linkerSettings: [.unsafeFlags(sanitizers)]),
    .target(name: "GatewayCore", swiftSettings: settings),
    .target(name: "GatewayDialects", dependencies: ["GatewayCore"], swiftSettings: settings),
    .executableTarget(
      name: "DialectFuzz", dependencies: ["CLibFuzzer", "GatewayCore", "GatewayDialects"], swiftSettings: settings,
      linkerSettings: [.unsafeFlags(sanitizers)]),
  ]
)
