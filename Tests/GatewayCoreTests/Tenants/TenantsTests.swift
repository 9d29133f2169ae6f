import GatewayCore
import Testing

/// What a token says of its caller, beside the consumer.
@Suite struct TenantsTests {
  private static let acme = Organisation(name: "acme")
  private static let research = Team(name: "research", organisation: acme)
  private static let sales = Team(name: "sales")
  private static let reader = Role(name: "reader", models: ModelAllowList(["a"]))
  private static let writer = Role(name: "writer", models: ModelAllowList(["b"]))
  private static let tenants = Tenants(
    organisations: [acme], teams: [research, sales], roles: [reader, writer])

  private static func caller(
    _ consumer: Consumer, team: String? = nil, roles: [String]? = nil
  ) throws -> (caller: Caller, unknown: [String]) {
    let (claims, unknown) = try tenants.claims(of: consumer, team: team, roles: roles)
    return (Caller(consumer: consumer, claims: claims), unknown)
  }

  @Test func aTokenBringsItsTeamToAConsumerWithoutOne() throws {
    let caller = try Self.caller(Consumer(name: "app", models: nil), team: "research").caller
    #expect(caller.team === Self.research && caller.organisation === Self.acme)
    #expect(caller.roles == nil)
  }

  @Test func aTokenCannotNameAnotherTeamThanTheConsumers() throws {
    let consumer = Consumer(name: "app", models: nil, team: Self.sales)
    #expect(try Self.caller(consumer, team: "sales").caller.team === Self.sales)
    #expect(throws: GatewayError.self) { try Self.caller(consumer, team: "research") }
  }

  @Test func aTeamThatIsNotConfiguredIsRefused() {
    let error = #expect(throws: GatewayError.self) {
      try Self.caller(Consumer(name: "app", models: nil), team: "marketing")
    }
    #expect(error?.status == 403 && error?.code == "team_not_allowed")
  }

  @Test func rolesOfTokenAndConsumerAreUnited() throws {
    let consumer = Consumer(name: "app", models: nil, roles: RolePolicy([Self.reader]))
    let (caller, unknown) = try Self.caller(consumer, roles: ["writer", "reader", "intern"])
    #expect(caller.roles?.roles.map(\.name) == ["reader", "writer"])
    #expect(caller.mayUse("a") && caller.mayUse("b") && !caller.mayUse("c"))
    #expect(unknown == ["intern"])
  }

  @Test func unknownRolesGrantNothing() throws {
    let free = try Self.caller(Consumer(name: "app", models: nil), roles: ["intern"]).caller
    #expect(!free.mayUse("a") && free.isRestricted())
    let reader = Consumer(name: "app", models: nil, roles: RolePolicy([Self.reader]))
    #expect(try Self.caller(reader, roles: ["intern"]).caller.mayUse("a"))
  }

  @Test func aTokenThatIsAskedForRolesAndHasNoneGrantsNothing() throws {
    let free = try Self.caller(Consumer(name: "app", models: nil), roles: []).caller
    #expect(!free.mayUse("a") && free.isRestricted())
    let reader = Consumer(name: "app", models: nil, roles: RolePolicy([Self.reader]))
    #expect(try Self.caller(reader, roles: []).caller.mayUse("a"))
  }

  @Test func aTokenThatIsNotAskedForRolesLeavesThoseOfTheConsumer() throws {
    let reader = Consumer(name: "app", models: nil, roles: RolePolicy([Self.reader]))
    #expect(try Self.caller(reader).caller.roles === reader.roles)
    #expect(try Self.caller(Consumer(name: "app", models: nil)).caller.roles == nil)
  }

  @Test func aRoleForSurfacesAloneRestrictsNoModelsThere() throws {
    let keeper = Role(name: "keeper", surfaces: [try SurfaceSelection("files")])
    let consumer = Consumer(name: "app", models: nil, roles: RolePolicy([keeper, Self.reader]))
    let caller = Caller(consumer: consumer)
    #expect(!caller.isRestricted(on: .files) && caller.isRestricted(on: .chatCompletions))
    #expect(caller.mayUse("z", on: .uploads) && !caller.mayUse("z", on: .chatCompletions))
  }

  @Test func aKeyOfTheFileIsNamedByTheStartOfItsHash() throws {
    let digest = try #require(KeyDigest(hex: "0012ab34" + String(repeating: "5", count: 56)))
    let caller = Caller(consumer: Consumer(name: "app", models: nil), fileKey: digest.firstBits)
    #expect(caller.keySubject == "sha256:0012ab34")
    #expect(Caller(consumer: Consumer(name: "app", models: nil)).keySubject == nil)
  }
}
