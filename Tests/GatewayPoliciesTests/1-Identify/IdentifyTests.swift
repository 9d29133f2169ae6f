import GatewayCore
import GatewayPolicies
import Testing

@Suite struct IdentifyTests {
  private func digest(_ key: String) -> KeyDigest { Array(key.utf8).withUnsafeBytes { Identify.digest(of: $0) } }

  private func snapshot(keys: [KeyDigest: Consumer] = [:], issued: IssuedKeys? = nil, isOpen: Bool = false)
    -> GatewaySnapshot
  {
    GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [], keys: keys,
      issuedKeys: issued, isOpen: isOpen)
  }

  private func consumer(_ key: String?, in snapshot: GatewaySnapshot) throws(GatewayError) -> String {
    let result: Result<String, GatewayError> = Array((key ?? "").utf8).withUnsafeBytes { bytes in
      do throws(GatewayError) {
        return .success(
          try Identify.caller(
            presenting: key == nil ? nil : bytes, in: snapshot, now: WallTime(milliseconds: 1_000_000)
          ).consumer.name)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  @Test func knowsAKeyOfTheFile() throws {
    let snapshot = snapshot(keys: [digest("sk-a"): Consumer(name: "app", models: nil)])
    #expect(try consumer("sk-a", in: snapshot) == "app")
  }

  @Test func knowsAnIssuedKeyByItsKeyedHash() throws {
    let hashed = digest("something else")
    #expect(try consumer("sk-b", in: snapshot(issued: issued(hashed))) == "issued")
  }

  private func issued(_ hash: KeyDigest, isDisabled: Bool = false, expiresAt: Int64? = nil) -> IssuedKeys {
    let key = ActiveKey(
      id: 7, label: "sk-sluice-AbCd", hash: hash, consumer: "issued", isDisabled: isDisabled,
      expiresAt: expiresAt.map { WallTime(milliseconds: $0) })
    let consumers = [Consumer(name: "issued", models: nil)]
    return IssuedKeys(StoredKeySet([key]), consumers: consumers) { [digest = digest("sk-b")] in
      $0 == digest ? hash : $0
    }
  }

  private func refusal(_ issued: IssuedKeys) -> GatewayError? {
    do throws(GatewayError) {
      _ = try consumer("sk-b", in: snapshot(issued: issued))
      return nil
    } catch {
      return error
    }
  }

  @Test func aKeyEndsInTheMomentThatItExpires() {
    let hash = digest("x")
    #expect(refusal(issued(hash, expiresAt: 1_000_001)) == nil)
    let refusal = refusal(issued(hash, expiresAt: 1_000_000))
    #expect(refusal?.status == 401)
    #expect(refusal?.code == "invalid_api_key")
    #expect(refusal?.message.contains("expired") == true)
  }

  @Test func aKeyThatIsRememberedStillExpires() {
    let snapshot = snapshot(issued: issued(digest("x"), expiresAt: 1000))
    var known = KnownKeys(of: snapshot)
    for (moment, isLetIn) in [(Int64(998), true), (999, true), (1000, false), (999, true)] {
      let caller = try? Array("sk-b".utf8).withUnsafeBytes {
        try Identify.caller(
          presenting: $0, in: snapshot, remembering: &known, now: WallTime(milliseconds: moment))
      }
      #expect((caller != nil) == isLetIn)
    }
  }

  @Test func aDisabledKeyIsRefusedAsSuch() {
    let refusal = refusal(issued(digest("x"), isDisabled: true))
    #expect(refusal?.code == "invalid_api_key")
    #expect(refusal?.message.contains("'sk-sluice-AbCd…' is disabled") == true)
  }

  @Test(arguments: ["sk-aa", "sk-", "SK-A", "sk-a "])
  func refusesAnyOtherKey(_ key: String) {
    let snapshot = snapshot(keys: [digest("sk-a"): Consumer(name: "app", models: nil)])
    #expect(throws: GatewayError.self) { try consumer(key, in: snapshot) }
    do throws(GatewayError) { _ = try consumer(key, in: snapshot) } catch { #expect(error.code == "invalid_api_key") }
  }

  @Test func saysHowToSendAKeyWhenThereIsNone() {
    do throws(GatewayError) {
      _ = try consumer(nil, in: snapshot())
      Issue.record("a call without a key was let in")
    } catch {
      #expect(error.status == 401)
      #expect(error.message.contains("Bearer"))
    }
  }

  @Test func anOpenGatewayAsksNobody() throws {
    #expect(try consumer(nil, in: snapshot(isOpen: true)) == "anonymous")
  }

  @Test(arguments: [
    ("Bearer sk-a", "sk-a"), ("bearer sk-a", "sk-a"), ("BEARER   sk-a", "sk-a"), ("Bearer a b", "a b"),
  ])
  func findsTheTokenOfABearer(_ value: String, _ token: String) {
    let found = Array(value.utf8).withUnsafeBytes { bytes in
      Identify.bearerToken(bytes).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(found == token)
  }

  @Test(arguments: ["", "Bearer", "Bearer ", "Bearer    ", "Basic eDp5", "sk-a", "Bearersk-a"])
  func findsNoTokenInAnythingElse(_ value: String) {
    #expect(Array(value.utf8).withUnsafeBytes { Identify.bearerToken($0) == nil })
  }

  @Test func hashesWithSHA256() {
    #expect(digest("abc").hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
