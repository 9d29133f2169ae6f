import Foundation
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayTelemetry
import Logging
import NIOCore

let health = HealthRegistry()
func provider(_ name: String, _ port: Int, _ key: String, style: Provider.PathStyle = .openAI) -> Provider {
  Provider(name: name, kind: "openai-compatible", endpoint: .init(isTLS: false, host: "127.0.0.1", port: port, basePath: "/v1"), pathStyle: style,
    credentials: [.init(secret: Secret(key), label: "\(name)#1", health: health.cell(for: "\(name)#1", policy: HealthPolicy()))])
}
let up = provider("up", 9000, "sk-upstream-secret")
let down = provider("down", 9, "sk-none")
let echo = provider("sluice", 0, "", style: .builtInEcho)
func target(_ p: Provider, _ m: String?) -> Target { Target(provider: p, upstreamModel: m, type: .chat, health: health.cell(for: "\(p.name)/\(m ?? "*")", policy: HealthPolicy())) }
let routes = [
  ModelRoute(name: "gpt-4o-mini", type: .chat, arms: [.init(weight: 1, version: nil, steps: [.target(target(up, "upstream-model"))])]),
  ModelRoute(name: "fall", type: .chat, arms: [.init(weight: 1, version: nil, steps: [.target(target(down, "x")), .target(target(up, "upstream-model"))])]),
  ModelRoute(name: "sluice/echo", type: .chat, arms: [.init(weight: 1, version: nil, steps: [.target(target(echo, "echo"))])]),
]
let consumer = Consumer(name: "bench", models: nil)
let digest = Array("sk-bench".utf8).withUnsafeBytes { Identify.digest(of: $0) }
let snapshot = GatewaySnapshot(revision: 1, server: ServerSettings(), providers: [up, down, echo], models: ModelTable(routes: routes), consumers: [consumer], keys: [digest: consumer], isOpen: false)
let telemetry = Telemetry(.init(version: "x"))
let server = try await GatewayServer.start(.init(host: "127.0.0.1", port: 9012, loops: 1), snapshot: snapshot, retryBudget: SharedRetryBudget(policy: RetryBudgetPolicy()), telemetry: telemetry)
let log = try AccessLog(telemetry, to: .file(path: "/dev/shm/smoke.log"), logger: Logger(label: "x"))
log.start()
print("listening", server.address as Any)
try await Task.sleep(for: .seconds(3600))
