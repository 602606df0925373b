-- Run once by an administrator, after the tables have been made from schema.sql: the pool needs no CREATE then.
CREATE USER 'views'@'10.0.0.%' IDENTIFIED BY 'change-me';
GRANT SELECT, INSERT, UPDATE ON shop.item_pv TO 'views'@'10.0.0.%';
GRANT SELECT, INSERT, DELETE ON shop.item_pv_ledger TO 'views'@'10.0.0.%';
GRANT SELECT, INSERT ON shop.item_pv_rejected TO 'views'@'10.0.0.%';

-- With updateOnly=true the counts go into a table of your own, here item (id, views), and this user can change nothing
-- else in it. The ledger and the rejected rows stand beside it.
CREATE USER 'counts'@'10.0.0.%' IDENTIFIED BY 'change-me';
GRANT SELECT (id, views), UPDATE (views) ON shop.item TO 'counts'@'10.0.0.%';
GRANT SELECT, INSERT, DELETE ON shop.item_ledger TO 'counts'@'10.0.0.%';
GRANT SELECT, INSERT ON shop.item_rejected TO 'counts'@'10.0.0.%';
