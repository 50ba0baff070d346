-- Migration 6: what takes a second signature besides, and everyone through
-- whose hands an item went.

-- Requests: exceptions to what was signed, and cancellations.
ALTER TABLE request RENAME TO request_before;
DROP INDEX request_now;
DROP INDEX request_versions;
DROP INDEX request_campaign;
DROP TRIGGER request_stays;
DROP TRIGGER request_closes;
CREATE TABLE request (
  id TEXT NOT NULL CHECK (id <> ''),
  campaign TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('reassign', 'extend', 'except', 'cancel')),
  stage INTEGER NOT NULL CHECK (stage >= 0),
  items TEXT NOT NULL CHECK (items = '' OR json_valid(items)),
  instead_of TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  due TEXT NOT NULL,
  until TEXT NOT NULL, -- of an exception: its last day
  reason TEXT NOT NULL,
  maker TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'applied', 'rejected', 'withdrawn', 'stale')),
  checker TEXT NOT NULL,
  answer TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
INSERT INTO request (id, campaign, act, stage, items, instead_of, reviewer, due, reason, maker, state, checker, answer, until, from_seq, to_seq)
  SELECT id, campaign, act, stage, items, instead_of, reviewer, due, reason, maker, state, checker, answer, '', from_seq, to_seq FROM request_before;
DROP TABLE request_before;
CREATE UNIQUE INDEX request_now ON request (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX request_versions ON request (id, from_seq);
CREATE INDEX request_campaign ON request (campaign) WHERE to_seq IS NULL;
CREATE TRIGGER request_stays BEFORE DELETE ON request
BEGIN SELECT RAISE(ABORT, 'append-only: a row of request is never deleted'); END;
CREATE TRIGGER request_closes BEFORE UPDATE ON request
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.act IS OLD.act AND NEW.stage IS OLD.stage AND NEW.items IS OLD.items AND NEW.instead_of IS OLD.instead_of AND NEW.reviewer IS OLD.reviewer AND NEW.due IS OLD.due AND NEW.until IS OLD.until AND NEW.reason IS OLD.reason AND NEW.maker IS OLD.maker AND NEW.state IS OLD.state AND NEW.checker IS OLD.checker AND NEW.answer IS OLD.answer AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of request may only be ended, once'); END;

-- Who an item passed by on its way to whoever answers for it: those who are
-- stood in for, between the reviewer of record and the last substitute.
DROP TRIGGER assignment_closes;
ALTER TABLE assignment ADD COLUMN past TEXT NOT NULL DEFAULT '' CHECK (past = '' OR json_valid(past));
CREATE TRIGGER assignment_closes BEFORE UPDATE ON assignment
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.rule IS OLD.rule AND NEW.instead_of IS OLD.instead_of AND NEW.past IS OLD.past AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of assignment may only be ended, once'); END;

ALTER TABLE staged_assignment ADD COLUMN past TEXT NOT NULL DEFAULT ''; -- checks as little as migration 5 says
