package import GatewayCore

/// Which counters limits have, without a call: those that can be named by the configuration alone.
package enum LimitInventory {
  /// Of a caller: all limits that would count a call of it, as far as that is known before it is made.
  ///
  /// - Parameter route: nil: limits for certain models, and those of models, are left out.
  package static func demands(of caller: Caller, route: ModelRoute?, in snapshot: GatewaySnapshot) -> [Demand] {
    // What is stored is no matter of a model.
    var stored: [Demand] = []
    if route == nil { stored = (try? StoredLimits.demands(of: caller, bytes: 0, in: snapshot)) ?? [] }
    return LimitCheck(.init(caller: caller, route: route), in: snapshot).known + stored
  }

  /// Of a team, and its organisation.
  package static func demands(of team: Team, in snapshot: GatewaySnapshot) -> [Demand] {
    let caller = Caller(consumer: Consumer(name: "", models: nil, team: team))
    return demands(of: caller, route: nil, in: snapshot).filter { $0.limit.key != .consumer }
  }

  /// Of all that the configuration names, in its order.
  ///
  /// - Parameters:
  ///   - team: only those of this team and its consumers; nil: all.
  ///   - most: so many at most.
  ///   - isWanted: asked for each limit.
  package static func demands(
    in snapshot: GatewaySnapshot, team: String? = nil, most: Int, where isWanted: (Limit) -> Bool
  ) -> [Demand] {
    let consumers = snapshot.consumers.filter { team == nil || $0.team?.name == team }
    let teams = snapshot.tenants.teams.filter { team == nil || $0.name == team }
    var demands: [Demand] = []
    func add(_ limits: [Limit], _ consumers: [Consumer], _ teams: [Team], mayShareAll: Bool) {
      for limit in limits where isWanted(limit) && demands.count < most {
        let subjects: [String] =
          switch limit.key {
          case .all: mayShareAll ? [""] : []
          case .consumer: consumers.map(\.name)
          case .team: teams.map(\.name)
          case .organisation: mayShareAll ? snapshot.tenants.organisations.map(\.name) : []
          case .model: mayShareAll ? snapshot.models.names : []
          case .provider: mayShareAll ? snapshot.providers.map(\.name) : []
          case .key, .ip, .header, .query, .cookie, .claim: []
          }
        for subject in subjects.prefix(most - demands.count) {
          demands.append(Demand(limit: limit, subject: subject, amount: 0))
        }
      }
    }
    add(snapshot.limits + snapshot.stored, consumers, teams, mayShareAll: team == nil)
    if team == nil {
      for organisation in snapshot.tenants.organisations {
        let members = teams.filter { $0.organisation === organisation }
        add(
          organisation.limits + organisation.stored, consumers.filter { $0.team?.organisation === organisation },
          members, mayShareAll: true)
      }
    }
    for team in teams {
      add(team.limits + team.stored, consumers.filter { $0.team === team }, [team], mayShareAll: true)
    }
    for consumer in consumers {
      add(
        consumer.limits + consumer.stored, [consumer], consumer.team.map { [$0] } ?? [], mayShareAll: true)
    }
    if team == nil {
      add(snapshot.models.limits, consumers, teams, mayShareAll: true)
      for (_, limits) in snapshot.providerLimits.sorted(by: { $0.key < $1.key }) {
        add(limits, consumers, teams, mayShareAll: true)
      }
    }
    return demands
  }
}
