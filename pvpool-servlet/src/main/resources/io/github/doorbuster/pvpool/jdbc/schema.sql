-- For MySQL, MariaDB, TiDB, and H2 in MySQL mode. Replace ${...} by the configured names.

CREATE TABLE IF NOT EXISTS ${table} (
  ${idColumn} VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  ${countColumn} BIGINT NOT NULL
) ENGINE=InnoDB;

-- One row per chunk whose counts were added, so that a chunk that is sent again is not counted again.
CREATE TABLE IF NOT EXISTS ${table}_ledger (
  segment CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  chunk INT NOT NULL,
  applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (segment, chunk),
  KEY ${index}_by_age (applied_at)
) ENGINE=InnoDB;

-- Rows whose data the table of counts rejected. Fix the cause, then add them by hand.
CREATE TABLE IF NOT EXISTS ${table}_rejected (
  segment CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  views BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  rejected_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (segment, item_id)
) ENGINE=InnoDB;
