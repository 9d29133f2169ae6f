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

  /// - Parameters:
  ///   - tls: of the admin plane.
  ///   - authorities: that are trusted beside the system's, in PEM.
  static func findings(
    of start: StartSettings, tls: ListenerTLS?, authorities: String?
  ) async throws -> [DoctorFinding] {
    let processes = Self.processes()
    var findings = processes.map { process in
      DoctorFinding(
        .ok, area,
        "sluice runs as process \(process.id): \(process.kibibytes / 1024) MiB of memory, \(process.files) open files")
    }
    let isRunning = !processes.isEmpty
    if tls?.clientCA != nil {
      let plane = await connection(start.admin, "admin plane", isRunning)
      findings.append(plane)
      if plane.severity == .ok {
        findings.append(
          DoctorFinding(
            .note, area, "it lets in only clients with a certificate, and doctor has none: it was asked nothing further"
          ))
      }
    } else {
      let plane = try AdminPlaneCaller(reachable(start.admin), tls: tls, authorities: authorities)
      let admin = await admin(start.admin, plane, isRunning: isRunning)
      findings.append(admin)
      // Not to a stranger on its port.
      if admin.severity == .ok, isRunning {
        findings += await MetricsCheck.findings(of: plane, token: start.adminToken)
        findings += await TraceCheck.findings(of: plane, token: start.adminToken)
      }
      await plane.shutDown()
    }
    findings.append(await connection(start.gateway, "gateway", isRunning))
    return findings
  }

  private static func admin(
    _ address: ListenAddress, _ plane: AdminPlaneCaller, isRunning: Bool
  ) async -> DoctorFinding {
    do {
      let response = try await plane.get("/health/ready", within: patience)
      let text = String(buffer: try await response.body.collect(upTo: 1 << 16))
      if response.status == .ok, text.contains(#""ready""#) {
        return DoctorFinding(
          .ok, area, "the admin plane at \(address) says that it is ready" + (plane.isTLS ? ", over TLS" : ""))
      }
      if text.contains("not ready") {
        return DoctorFinding(
          .error, area, "the gateway is not ready: \(text)", advice: "load balancers send it nothing until it is")
      }
      if text.contains("speaks TLS") {
        return DoctorFinding(
          .warning, area, "the admin plane at \(address) speaks TLS, of which this configuration says nothing",
          advice: "ask with the configuration that it runs with, or reload it")
      }
      return taken(address, "server.admin.address")
    } catch is HTTPParserError {
      return taken(address, "server.admin.address")
    } catch  where plane.isTLS && AdminPlaneCaller.isOfTLS(error) {
      return DoctorFinding(
        .warning, area, "the certificate at \(address) is not trusted here, or what answers speaks no TLS: \(error)",
        advice: "name its authority with `--ca FILE`; it was asked nothing further")
    } catch {
      return none(address, "admin plane", isRunning)
    }
  }

  private static func connection(
    _ address: ListenAddress, _ plane: String, _ isRunning: Bool
  ) async -> DoctorFinding {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(patience).connect(host: host(address), port: address.port).get()
      try? await channel.close()
      return DoctorFinding(.ok, area, "the \(plane) at \(address) takes connections")
    } catch {
      return none(address, plane, isRunning)
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
