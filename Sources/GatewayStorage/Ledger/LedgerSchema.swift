import GRDB

/// The tables of the ledger. A migration that was released is never changed; a change is a new one.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 ledger") { database in
      // Moments are milliseconds since 1970, `hour` and `day` hours and (local) days since 1970. Of a subject, absent members are empty.
      try database.execute(
        sql: """
          CREATE TABLE exchange (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            first_token_us INTEGER,
            outcome TEXT NOT NULL,
            status INTEGER NOT NULL,
            surface TEXT,
            stream INTEGER NOT NULL,
            consumer TEXT,
            team TEXT,
            gateway_key TEXT,
            model TEXT,
            route TEXT,
            version TEXT,
            target TEXT,
            provider TEXT,
            attempts TEXT NOT NULL,
            input_uncached INTEGER,
            input_cached INTEGER,
            cache_write INTEGER,
            input_audio INTEGER,
            output INTEGER,
            reasoning INTEGER,
            output_audio INTEGER,
            estimated INTEGER,
            cost_billionths INTEGER,
            currency TEXT,
            price TEXT,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            error_code TEXT,
            client_request_id TEXT,
            revision INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX exchange_by_end ON exchange (ended_at);
          CREATE TABLE usage_subject (
            id INTEGER PRIMARY KEY,
            consumer TEXT NOT NULL,
            team TEXT NOT NULL,
            gateway_key TEXT NOT NULL,
            route TEXT NOT NULL,
            provider TEXT NOT NULL,
            target TEXT NOT NULL,
            version TEXT NOT NULL,
            currency TEXT NOT NULL,
            UNIQUE (consumer, team, gateway_key, route, provider, target, version, currency)
          ) STRICT;
          CREATE TABLE usage_hour (
            hour INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES usage_subject (id),
            requests INTEGER NOT NULL,
            errors INTEGER NOT NULL,
            unpriced INTEGER NOT NULL,
            input_uncached INTEGER NOT NULL,
            input_cached INTEGER NOT NULL,
            cache_write INTEGER NOT NULL,
            input_audio INTEGER NOT NULL,
            output INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            output_audio INTEGER NOT NULL,
            cost_billionths INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            first_token_us INTEGER NOT NULL,
            first_tokens INTEGER NOT NULL,
            PRIMARY KEY (hour, subject)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE usage_day (
            day INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES usage_subject (id),
            requests INTEGER NOT NULL,
            errors INTEGER NOT NULL,
            unpriced INTEGER NOT NULL,
            input_uncached INTEGER NOT NULL,
            input_cached INTEGER NOT NULL,
            cache_write INTEGER NOT NULL,
            input_audio INTEGER NOT NULL,
            output INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            output_audio INTEGER NOT NULL,
            cost_billionths INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            first_token_us INTEGER NOT NULL,
            first_tokens INTEGER NOT NULL,
            PRIMARY KEY (day, subject)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE ledger_position (
            segment TEXT PRIMARY KEY,
            position INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2 organisations") { database in
      try database.execute(
        sql: """
          ALTER TABLE exchange ADD COLUMN organisation TEXT;
          CREATE TABLE new_subject (
            id INTEGER PRIMARY KEY,
            consumer TEXT NOT NULL,
            team TEXT NOT NULL,
            organisation TEXT NOT NULL,
            gateway_key TEXT NOT NULL,
            route TEXT NOT NULL,
            provider TEXT NOT NULL,
            target TEXT NOT NULL,
            version TEXT NOT NULL,
            currency TEXT NOT NULL,
            UNIQUE (consumer, team, organisation, gateway_key, route, provider, target, version, currency)
          ) STRICT;
          INSERT INTO new_subject
            SELECT id, consumer, team, '', gateway_key, route, provider, target, version, currency FROM usage_subject;
          DROP TABLE usage_subject;
          ALTER TABLE new_subject RENAME TO usage_subject;
          """)
    }
    migrator.registerMigration("3 one index of exchanges") { database in
      // See `LedgerColumn.key`. Columns are where they were: SQLite copies the rows without looking into them.
      try database.execute(
        sql: """
          CREATE TABLE new_exchange (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL CHECK (length(id) = 16),
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            first_token_us INTEGER,
            outcome TEXT NOT NULL,
            status INTEGER NOT NULL,
            surface TEXT,
            stream INTEGER NOT NULL,
            consumer TEXT,
            team TEXT,
            gateway_key TEXT,
            model TEXT,
            route TEXT,
            version TEXT,
            target TEXT,
            provider TEXT,
            attempts TEXT NOT NULL,
            input_uncached INTEGER,
            input_cached INTEGER,
            cache_write INTEGER,
            input_audio INTEGER,
            output INTEGER,
            reasoning INTEGER,
            output_audio INTEGER,
            estimated INTEGER,
            cost_billionths INTEGER,
            currency TEXT,
            price TEXT,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            error_code TEXT,
            client_request_id TEXT,
            revision INTEGER NOT NULL,
            organisation TEXT
          ) STRICT;
          INSERT INTO new_exchange SELECT * FROM exchange;
          DROP TABLE exchange;
          ALTER TABLE new_exchange RENAME TO exchange;
          CREATE UNIQUE INDEX exchange_by_end ON exchange (ended_at, id);
          """)
    }
    migrator.registerMigration("4 what did not succeed") { database in
      // Few rows have it, so that the others cost nothing: failures are found without reading what went well.
      try database.execute(
        sql: "CREATE INDEX exchange_in_trouble ON exchange (ended_at) WHERE outcome <> 'success'")
    }
    migrator.registerMigration("5 records of calls") { database in
      try database.execute(
        sql: """
          CREATE TABLE audit_head (
            node TEXT PRIMARY KEY,
            number INTEGER NOT NULL,
            hash TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("6 caches and traces") { database in
      try database.execute(
        sql: """
          ALTER TABLE exchange ADD COLUMN cache TEXT;
          ALTER TABLE exchange ADD COLUMN saved_billionths INTEGER;
          ALTER TABLE exchange ADD COLUMN trace TEXT;
          ALTER TABLE usage_hour ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE usage_day ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;
          """)
    }
    return migrator
  }
}
