-- Run this once as administrator, after schema.sql has created the tables. The pool then needs no CREATE privilege.
CREATE USER 'views'@'10.0.0.%' IDENTIFIED BY 'change-me';
GRANT SELECT, INSERT, UPDATE ON shop.item_pv TO 'views'@'10.0.0.%';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.item_pv_ledger TO 'views'@'10.0.0.%';
GRANT SELECT, INSERT ON shop.item_pv_rejected TO 'views'@'10.0.0.%';

-- With updateOnly=true the counts are in a table of your own, here item (id, views). This user can change nothing else
-- in that table. The ledger and the rejected rows are in tables beside it.
CREATE USER 'counts'@'10.0.0.%' IDENTIFIED BY 'change-me';
GRANT SELECT (id, views), UPDATE (views) ON shop.item TO 'counts'@'10.0.0.%';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.item_ledger TO 'counts'@'10.0.0.%';
GRANT SELECT, INSERT ON shop.item_rejected TO 'counts'@'10.0.0.%';
