-- The tables of the option "buckets", for MySQL, MariaDB, TiDB, and H2 in MySQL mode. Replace ${table} by the name of the
-- table of counts, and ${width} by hour or day.

-- bucket_start is in UTC.
CREATE TABLE IF NOT EXISTS ${table}_${width} (
  bucket_start DATETIME NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pv BIGINT NOT NULL,
  PRIMARY KEY (bucket_start, item_id)
) ENGINE=InnoDB;

-- One row per table of buckets: the time zone of its hours or days.
CREATE TABLE IF NOT EXISTS ${table}_buckets (
  width VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB;
