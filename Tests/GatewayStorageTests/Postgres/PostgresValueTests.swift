import GatewayStorage
import Testing

extension PostgresTests {
  @Suite struct Values {
    @Test func carriesEveryTypeBothWays() async throws {
      try await withDatabase { pool in
        let every = (0...255).map { UInt8($0) }
        let rows = try await pool.query(
          "SELECT $1 AS i, $2 AS d, $3 AS b, $4 AS t, $5 AS y, $6 AS j, $7 AS s, $8 AS f",
          [
            .integer(.min), .double(-0.1), .boolean(true), .text("it's \"日本\" \\ ; DROP TABLE x --"), .bytes(every),
            .json(#"{"a": [1, null]}"#), .timestamp(microseconds: 1_700_000_000_123_456), .boolean(false),
          ])
        #expect(rows.count == 1)
        #expect(rows.columns == ["i", "d", "b", "t", "y", "j", "s", "f"])
        #expect(rows[0, "i"].integer == .min)
        #expect(rows[0, "d"].double == -0.1)
        #expect(rows[0, "b"].boolean == true)
        #expect(rows[0, "f"].boolean == false)
        #expect(rows[0, "t"].text == "it's \"日本\" \\ ; DROP TABLE x --")
        #expect(rows[0, "y"].binary == every)
        #expect(rows[0, "j"].text == #"{"a": [1, null]}"#)
        #expect(rows[0, "s"].text == "2023-11-14 22:13:20.123456+00")
        #expect(rows[0, "none"].isNull)
      }
    }

    @Test func tellsNullFromEmpty() async throws {
      try await withDatabase { pool in
        let rows = try await pool.query(
          "SELECT $1::text, $2::bytea, $3::int8, $4, $5", [nil, nil, nil, .text(""), .bytes([])])
        #expect((0..<5).map { rows[0, $0].isNull } == [true, true, true, false, false])
        #expect(rows[0, 3].text == "")
        #expect(rows[0, 4].binary == [])
      }
    }

    @Test func carriesArrays() async throws {
      try await withDatabase { pool in
        let rows = try await pool.query(
          "SELECT $1::int8[]::text, $2::text[]::text, cardinality($3), $4[2], $5[1]->>'k', $6::bool[]::text, $7[1] = $8",
          [
            .integers([1, -2, .max]), .texts(["a,b", nil, "", #"c"\"#]), .texts([]),
            .array(.bytes, [.bytes([1]), .bytes([0, 255])]), .array(.json, [.json(#"{"k": "v"}"#)]),
            .array(.boolean, [.boolean(true), nil]), .array(.timestamp, [.timestamp(microseconds: 5)]),
            .timestamp(microseconds: 5),
          ])
        #expect(rows[0, 0].text == "{1,-2,9223372036854775807}")
        #expect(rows[0, 1].text == #"{"a,b",NULL,"","c\"\\"}"#)
        #expect(rows[0, 2].integer == 0)
        #expect(rows[0, 3].binary == [0, 255])
        #expect(rows[0, 4].text == "v")
        #expect(rows[0, 5].text == "{t,NULL}")
        #expect(rows[0, 6].boolean == true)
      }
    }

    @Test func carriesLargeValues() async throws {
      try await withDatabase { pool in
        let large = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let rows = try await pool.query("SELECT $1, md5($1)", [.bytes(large)])
        #expect(rows[0, 0].binary == large)
        #expect(rows[0, 1].text?.count == 32)
      }
    }

    @Test func refusesTextThatTheServerWouldCut() async throws {
      try await withDatabase { pool async throws in
        guard case .statement("22021", _) = await pool.failure("SELECT $1", [.text("a\0b")]) else {
          Issue.record("accepted")
          return
        }
        #expect(try await pool.query("SELECT 1")[0, 0].integer == 1)
      }
    }

    @Test func insertsManyRowsByOneStatement() async throws {
      try await withDatabase { pool in
        _ = try await pool.query("CREATE TABLE usage (id int8 PRIMARY KEY, model text, cost float8, raw bytea)")
        var batch = PostgresBatch(
          .init("id", .integer), .init("model", .text), .init("cost", .double), .init("raw", .bytes))
        for id in 0..<10_000 {
          batch.append(
            .integer(Int64(id)), id % 3 == 0 ? nil : .text("m'\(id)"), .double(0.5), .bytes([UInt8(id % 256)]))
        }
        let statement = batch.insertion(into: "usage", onConflict: "DO NOTHING")
        #expect(try await pool.query(statement, batch.parameters).affected == 10_000)
        // A batch that comes twice changes nothing.
        #expect(try await pool.query(statement, batch.parameters).affected == 0)
        let sums = try await pool.query("SELECT count(*), sum(cost), count(model), sum(length(raw)) FROM usage")
        #expect((0..<4).map { sums[0, $0].double } == [10_000, 5000, 6666, 10_000])
      }
    }
  }
}
