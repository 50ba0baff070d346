-- Migration 5: the two tables that grow by hundreds of thousands of rows at once
-- check less as they grow. Asking of every word whether it is in a list, of
-- every part whether it is JSON and of every assignment whether its item is
-- there was half of what a row cost. The program writes these words from its
-- lists and reads them back by the same; "log verify" reads every row, refuses
-- a word or a part that it cannot read, and compares rows with the log, frozen
-- items with their digest.

-- Frozen items, and who answers for them.
ALTER TABLE staged_assignment RENAME TO staged_before;
ALTER TABLE item RENAME TO item_before;
DROP TRIGGER item_stays;
DROP TRIGGER item_fixed;
DROP TRIGGER staged_assignment_stays;
DROP TRIGGER staged_assignment_fixed;
CREATE TABLE item (
  population TEXT NOT NULL CHECK (population <> ''),
  no INTEGER NOT NULL CHECK (no >= 1),
  grant_id TEXT NOT NULL,
  holder_kind TEXT NOT NULL,
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL,
  win_from TEXT NOT NULL,
  win_to TEXT NOT NULL,
  zone TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  since INTEGER NOT NULL,
  holder_name TEXT NOT NULL,
  target_name TEXT NOT NULL,
  about TEXT NOT NULL,
  allows TEXT NOT NULL,
  how TEXT NOT NULL,
  remains TEXT NOT NULL,
  reach INTEGER NOT NULL CHECK (reach >= 0),
  high_risk INTEGER NOT NULL CHECK (high_risk IN (0, 1)),
  flags TEXT NOT NULL,
  class TEXT NOT NULL,
  subjects TEXT NOT NULL,
  search TEXT NOT NULL, -- both names in lower case
  advice TEXT NOT NULL DEFAULT '',
  delta TEXT NOT NULL DEFAULT '',
  last_ruling TEXT NOT NULL DEFAULT '',
  peers TEXT NOT NULL DEFAULT '',
  last_used TEXT NOT NULL DEFAULT '',
  conflicts TEXT NOT NULL DEFAULT '',
  risk INTEGER NOT NULL GENERATED ALWAYS AS (-(high_risk * 1000000000000 + reach)) VIRTUAL, -- the riskiest first
  PRIMARY KEY (population, no)
) STRICT;
INSERT INTO item (population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search, advice, delta, last_ruling, peers, last_used, conflicts)
  SELECT population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search, advice, delta, last_ruling, peers, last_used, conflicts FROM item_before;
CREATE TABLE staged_assignment (
  population TEXT NOT NULL,
  no INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  stage INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  rule TEXT NOT NULL,
  instead_of TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (population, no, pos)
) STRICT, WITHOUT ROWID;
INSERT INTO staged_assignment (population, no, pos, campaign, stage, reviewer, rule, instead_of)
  SELECT population, no, pos, campaign, stage, reviewer, rule, instead_of FROM staged_before;
DROP TABLE staged_before;
DROP TABLE item_before;
CREATE TRIGGER item_stays BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never deleted'); END;
CREATE TRIGGER item_fixed BEFORE UPDATE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never changed'); END;
CREATE TRIGGER staged_assignment_stays BEFORE DELETE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never deleted'); END;
CREATE TRIGGER staged_assignment_fixed BEFORE UPDATE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never changed'); END;

-- Grants.
ALTER TABLE "grant" RENAME TO grant_before;
DROP INDEX grant_now;
DROP INDEX grant_versions;
DROP TRIGGER grant_stays;
DROP TRIGGER grant_closes;
CREATE TABLE "grant" (
  id TEXT NOT NULL CHECK (id <> ''),
  holder_kind TEXT NOT NULL,
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL,
  win_from TEXT NOT NULL,
  win_to TEXT NOT NULL,
  zone TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
INSERT INTO "grant" SELECT * FROM grant_before;
DROP TABLE grant_before;
CREATE UNIQUE INDEX grant_now ON "grant" (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX grant_versions ON "grant" (id, from_seq);
CREATE TRIGGER grant_stays BEFORE DELETE ON "grant"
BEGIN SELECT RAISE(ABORT, 'append-only: a row of grant is never deleted'); END;
CREATE TRIGGER grant_closes BEFORE UPDATE ON "grant"
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.holder_kind IS OLD.holder_kind AND NEW.holder IS OLD.holder AND NEW.target_kind IS OLD.target_kind AND NEW.target IS OLD.target AND NEW.agent IS OLD.agent AND NEW.level IS OLD.level AND NEW.win_from IS OLD.win_from AND NEW.win_to IS OLD.win_to AND NEW.zone IS OLD.zone AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of grant may only be ended, once'); END;
