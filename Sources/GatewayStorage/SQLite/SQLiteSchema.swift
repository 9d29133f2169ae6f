import GRDB

/// The tables and how they came about. A migration that was released is never changed; a change is a new one.
enum SQLiteSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 gateway keys") { database in
      // Dates are milliseconds since 1970.
      try database.execute(
        sql: """
          CREATE TABLE installation (
            singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
            pepper_check BLOB NOT NULL CHECK (length(pepper_check) = 32)
          ) STRICT;
          CREATE TABLE gateway_key (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            label TEXT NOT NULL,
            consumer TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            disabled_at INTEGER
          ) STRICT;
          """)
    }
    migrator.registerMigration("2 counters of limits") { database in
      try database.execute(
        sql: """
          CREATE TABLE limit_counter (
            limit_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            numbers TEXT NOT NULL,
            PRIMARY KEY (limit_id, subject)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("3 kept objects") { database in
      // `number` orders lists: the newest last.
      try database.execute(
        sql: """
          CREATE TABLE kept_object (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            provider TEXT NOT NULL,
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            consumer TEXT NOT NULL,
            purpose TEXT,
            created_at INTEGER NOT NULL,
            UNIQUE (provider, id)
          ) STRICT;
          CREATE INDEX kept_object_of_consumer ON kept_object (consumer, kind, number);
          """)
    }
    migrator.registerMigration("4 rules of keys") { database in
      // What was called disabled until then was for good. `rules`: see `KeyRulesText`; null: none. `lineage` null: its own id.
      try database.execute(
        sql: """
          ALTER TABLE gateway_key RENAME COLUMN disabled_at TO revoked_at;
          ALTER TABLE gateway_key ADD COLUMN disabled_at INTEGER;
          ALTER TABLE gateway_key ADD COLUMN expires_at INTEGER;
          ALTER TABLE gateway_key ADD COLUMN note TEXT;
          ALTER TABLE gateway_key ADD COLUMN rules TEXT;
          ALTER TABLE gateway_key ADD COLUMN lineage INTEGER;
          ALTER TABLE gateway_key ADD COLUMN successor INTEGER;
          """)
    }
    migrator.registerMigration("5 sealed secrets") { database in
      // `sealed`: see `SealedSecret`. Dates are milliseconds since 1970.
      try database.execute(
        sql: """
          CREATE TABLE secret (
            name TEXT PRIMARY KEY,
            sealed BLOB NOT NULL,
            set_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("6 changes of quotas") { database in
      try database.execute(
        sql: """
          CREATE TABLE quota_change (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            limit_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('add', 'set')),
            amount INTEGER NOT NULL,
            created_at INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("7 revisions of the configuration") { database in
      // `changes`: paths, one a line. `document`: all objects, in JSON.
      try database.execute(
        sql: """
          CREATE TABLE configuration_revision (
            number INTEGER PRIMARY KEY,
            created_at INTEGER NOT NULL,
            author TEXT NOT NULL,
            note TEXT,
            changes TEXT NOT NULL,
            document TEXT NOT NULL
          ) STRICT;
          """)
    }
    return migrator
  }
}
