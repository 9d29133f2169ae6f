// swift-tools-version: 6.2
import PackageDescription

/// The upstream and the load generator of `make bench`. A package of its own without dependencies: it builds in seconds
/// and cannot weigh on the gateway.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "sluice-benchmarks",
  targets: [
    .target(name: "CBenchSystem"),
    .target(name: "BenchSupport", dependencies: ["CBenchSystem"], swiftSettings: strict),
    .executableTarget(name: "bench-upstream", dependencies: ["BenchSupport"], swiftSettings: strict),
    .executableTarget(name: "bench-load", dependencies: ["BenchSupport"], swiftSettings: strict),
  ]
)
