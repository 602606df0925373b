-- The tables of the option "buckets", for MySQL, MariaDB, TiDB, and H2 in MySQL mode. Replace ${table} by the name of the
-- table of counts, and ${index} by the same name without its schema. Leave out the table of hours or days if it is not counted.

-- bucket_start is in UTC. heat sorts the items of an hour by their views. It changes seldom, and not before the fifth view, so
-- that its index costs little.
CREATE TABLE IF NOT EXISTS ${table}_hour (
  bucket_start DATETIME NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pv BIGINT NOT NULL,
  heat INT AS (FLOOR(2 * LN(GREATEST(pv, 4)))),
  PRIMARY KEY (bucket_start, item_id),
  KEY ${index}_hour_heat (bucket_start, heat)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS ${table}_day (
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
