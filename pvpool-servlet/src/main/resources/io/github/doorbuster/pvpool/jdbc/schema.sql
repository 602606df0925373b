-- For MySQL, MariaDB, TiDB, and H2 in MySQL mode. Replace ${...} by the configured names.

CREATE TABLE IF NOT EXISTS ${table} (
  ${idColumn} VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  ${countColumn} BIGINT NOT NULL
) ENGINE=InnoDB;

-- One row per journal: who writes it, and up to which item of which segment its views are in the table of counts.
CREATE TABLE IF NOT EXISTS ${table}_ledger (
  journal CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch BIGINT NOT NULL,
  segment BIGINT NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  views BIGINT NOT NULL,
  has_folder BOOLEAN NOT NULL,
  renew_millis INT NOT NULL,
  renewed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

-- Rows whose data the table of counts rejected. Fix the cause, then add them by hand.
CREATE TABLE IF NOT EXISTS ${table}_rejected (
  journal CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  segment BIGINT NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  views BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  rejected_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (journal, segment, item_id)
) ENGINE=InnoDB;
