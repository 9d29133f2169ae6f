// swift-tools-version: 6.2
import PackageDescription

// The fuzz target is a package of its own, because every module that it covers is built with the sanitizers.
// `Sources` holds links to the codec and to the comparison that the unit tests use; run it with `dev/fuzz`.

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
      name: "GatewayProxy", dependencies: [.product(name: "NIOCore", package: "swift-nio")], swiftSettings: settings),
    .executableTarget(
      name: "HTTP1Fuzz",
      dependencies: [
        "CLibFuzzer", "GatewayProxy", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: settings, linkerSettings: [.unsafeFlags(sanitizers)]),
  ]
)
