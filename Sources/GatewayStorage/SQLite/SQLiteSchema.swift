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
    registerAdministration(&migrator)
    registerKeyChanges(&migrator)
    registerLinkedUsers(&migrator)
    registerStoredBytes(&migrator)
    registerConversations(&migrator)
    return migrator
  }

  private static func registerAdministration(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 users of the admin API") { database in
      // `password`: see `PasswordHash`. `hash` is keyed with the pepper. `previous`: see `AuditRecord`.
      try database.execute(
        sql: """
          CREATE TABLE admin_user (
            name TEXT PRIMARY KEY,
            password TEXT,
            role TEXT NOT NULL,
            team TEXT,
            created_at INTEGER NOT NULL,
            disabled_at INTEGER
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE admin_session (
            hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX admin_session_of_user ON admin_session (name);
          CREATE TABLE admin_token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            label TEXT NOT NULL,
            role TEXT NOT NULL,
            team TEXT,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            last_used_at INTEGER
          ) STRICT;
          CREATE TABLE admin_audit (
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            address TEXT,
            action TEXT NOT NULL,
            object TEXT,
            revision INTEGER,
            detail TEXT,
            previous BLOB NOT NULL CHECK (length(previous) = 32)
          ) STRICT;
          """)
    }
  }

  private static func registerKeyChanges(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("9 changes of keys") { database in
      // `key_changes` is the number of the last change of keys, `changed` that of the last change of this key.
      try database.execute(
        sql: """
          ALTER TABLE installation ADD COLUMN key_changes INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE gateway_key ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
          CREATE INDEX gateway_key_by_change ON gateway_key (changed);
          """)
    }
  }

  private static func registerLinkedUsers(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("10 users of an issuer") { database in
      // `iss` and `sub` of those who sign in by OpenID Connect.
      try database.execute(
        sql: """
          ALTER TABLE admin_user ADD COLUMN issuer TEXT;
          ALTER TABLE admin_user ADD COLUMN subject TEXT;
          CREATE UNIQUE INDEX admin_user_of_issuer ON admin_user (issuer, subject);
          """)
    }
  }

  private static func registerStoredBytes(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("11 stored bytes") { database in
      // `bytes` null: not known. `expires_at`: milliseconds since 1970. Of `kind` there are two more: see `StoredRow`.
      try database.execute(
        sql: """
          ALTER TABLE kept_object ADD COLUMN bytes INTEGER;
          ALTER TABLE kept_object ADD COLUMN expires_at INTEGER;
          ALTER TABLE kept_object ADD COLUMN team TEXT;
          ALTER TABLE kept_object ADD COLUMN organisation TEXT;
          ALTER TABLE kept_object ADD COLUMN gateway_key TEXT;
          \(StoredRow.indices)
          """)
    }
  }

  private static func registerConversations(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("12 conversations") { database in
      // `id` is that of the exchange; `sealed`: see `ConversationKey`.
      try database.execute(
        sql: """
          CREATE TABLE conversation (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            ended_at INTEGER NOT NULL,
            consumer TEXT NOT NULL,
            team TEXT,
            gateway_key TEXT,
            model TEXT NOT NULL,
            surface TEXT NOT NULL,
            outcome TEXT NOT NULL,
            truncated INTEGER NOT NULL,
            sealed BLOB NOT NULL
          ) STRICT;
          CREATE INDEX conversation_by_end ON conversation (ended_at, id);
          CREATE INDEX conversation_of_consumer ON conversation (consumer, ended_at, id);
          """)
    }
  }
}
