import AsyncHTTPClient
import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Whether the gateway of the configuration runs, and what it needs of this machine.
enum ProcessCheck {
  private static let area = "process"
  private static let patience: TimeAmount = .seconds(3)

  static func findings(of start: StartSettings) async -> [DoctorFinding] {
    let processes = Self.processes()
    var findings = processes.map { process in
      DoctorFinding(
        .ok, area,
        "sluice runs as process \(process.id): \(process.kibibytes / 1024) MiB of memory, \(process.files) open files")
    }
    let admin = await admin(start.admin, isRunning: !processes.isEmpty)
    findings.append(admin)
    // Not to a stranger on its port.
    if admin.severity == .ok, !processes.isEmpty {
      findings += await MetricsCheck.findings(at: reachable(start.admin), token: start.adminToken)
    }
    findings.append(await gateway(start.gateway, isRunning: !processes.isEmpty))
    return findings
  }

  private static func admin(_ address: ListenAddress, isRunning: Bool) async -> DoctorFinding {
    let url = "http://\(reachable(address))/health/ready"
    do {
      let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: patience)
      let text = String(buffer: try await response.body.collect(upTo: 1 << 16))
      if response.status == .ok, text.contains(#""ready""#) {
        return DoctorFinding(.ok, area, "the admin plane at \(address) says that it is ready")
      }
      if text.contains("not ready") {
        return DoctorFinding(
          .error, area, "the gateway is not ready: \(text)", advice: "load balancers send it nothing until it is")
      }
      return taken(address, "server.admin.address")
    } catch is HTTPParserError {
      return taken(address, "server.admin.address")
    } catch {
      return none(address, "admin plane", isRunning)
    }
  }

  private static func gateway(_ address: ListenAddress, isRunning: Bool) async -> DoctorFinding {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(patience).connect(host: host(address), port: address.port).get()
      try? await channel.close()
      return DoctorFinding(.ok, area, "the gateway at \(address) takes connections")
    } catch {
      return none(address, "gateway", isRunning)
    }
  }

  private static func taken(_ address: ListenAddress, _ setting: String) -> DoctorFinding {
    DoctorFinding(
      .error, area, "another program listens on \(address)", advice: "end it, or choose another \(setting)")
  }

  private static func none(_ address: ListenAddress, _ plane: String, _ isRunning: Bool) -> DoctorFinding {
    DoctorFinding(
      .warning, area, "no \(plane) answers at \(address)" + (isRunning ? ", though sluice runs on this machine" : ""),
      advice: isRunning
        ? "that one may have another configuration, or was started with --gateway or --admin: say so to doctor, too; else it hangs"
        : "start it: `sluice serve`; why it ended is at the end of its program log")
  }

  private static func host(_ address: ListenAddress) -> String {
    switch address.host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: address.host
    }
  }

  private static func reachable(_ address: ListenAddress) -> String {
    let host = host(address)
    return "\(host.contains(":") ? "[\(host)]" : host):\(address.port)"
  }

  private struct RunningProcess {
    let id: Int
    let kibibytes: Int
    let files: Int
  }

  /// Those of this machine that serve, where the kernel shows them to us.
  private static func processes() -> [RunningProcess] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int($0) }.sorted().compactMap { id in
      guard id != Int(ProcessInfo.processInfo.processIdentifier),
        let words = try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8).split(separator: "\0"),
        words.count > 1, words[0].hasSuffix("sluice"), words[1] == "serve",
        let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
      else { return nil }
      let memory = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?.filter(\.isNumber)
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd"))?.count ?? 0
      return RunningProcess(id: id, kibibytes: memory.flatMap { Int($0) } ?? 0, files: files)
    }
  }
}
