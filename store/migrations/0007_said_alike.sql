-- Migration 7: what many frozen items say alike is written once. What a
-- population of a million says is mostly a few thousand texts over and over, and
-- what follows from the other columns of the same row. "item" is a view
-- now, which says all of it as before.

-- What several items of a population say.
CREATE TABLE frozen_text (
  population TEXT NOT NULL CHECK (population <> ''),
  no INTEGER NOT NULL CHECK (no >= 1),
  text TEXT NOT NULL,
  PRIMARY KEY (population, no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER frozen_text_stays BEFORE DELETE ON frozen_text
BEGIN SELECT RAISE(ABORT, 'append-only: a row of frozen_text is never deleted'); END;
CREATE TRIGGER frozen_text_fixed BEFORE UPDATE ON frozen_text
BEGIN SELECT RAISE(ABORT, 'append-only: a row of frozen_text is never changed'); END;

-- Frozen items, as they are kept: of a column of type ANY a number is that of a
-- frozen_text, and a text is itself.
ALTER TABLE item RENAME TO item_before;
DROP TRIGGER item_stays;
DROP TRIGGER item_fixed;
CREATE TABLE frozen_item (
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
  about ANY NOT NULL,
  allows ANY NOT NULL,
  how TEXT, -- NULL: the holding itself and nothing else
  remains TEXT NOT NULL,
  reach INTEGER NOT NULL CHECK (reach >= 0),
  high_risk INTEGER NOT NULL CHECK (high_risk IN (0, 1)),
  flags ANY NOT NULL,
  class TEXT NOT NULL,
  subjects ANY, -- NULL: the holder alone
  search TEXT, -- NULL: both names, of which only A to Z have a lower case
  advice ANY NOT NULL DEFAULT '',
  delta ANY NOT NULL DEFAULT '',
  last_ruling TEXT NOT NULL DEFAULT '',
  peers ANY NOT NULL DEFAULT '',
  last_used TEXT NOT NULL DEFAULT '',
  conflicts ANY NOT NULL DEFAULT '',
  PRIMARY KEY (population, no)
) STRICT;
INSERT INTO frozen_item
  SELECT population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search, advice, delta, last_ruling, peers, last_used, conflicts FROM item_before;
DROP TABLE item_before;
CREATE TRIGGER frozen_item_stays BEFORE DELETE ON frozen_item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of frozen_item is never deleted'); END;
CREATE TRIGGER frozen_item_fixed BEFORE UPDATE ON frozen_item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of frozen_item is never changed'); END;

-- Frozen items, as they were staged.
CREATE VIEW item AS SELECT f.population, f.no, f.grant_id, f.holder_kind, f.holder, f.target_kind, f.target, f.agent, f.level,
  f.win_from, f.win_to, f.zone, f.origin, f.origin_file, f.since, f.holder_name, f.target_name,
  iif(typeof(f.about) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.about), f.about) AS about,
  iif(typeof(f.allows) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.allows), f.allows) AS allows,
  ifnull(f.how, json_array(f.holder_name || ' → ' || f.target_name || ': ' || f.level)) AS how,
  f.remains, f.reach, f.high_risk,
  iif(typeof(f.flags) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.flags), f.flags) AS flags,
  f.class,
  CASE typeof(f.subjects) WHEN 'null' THEN json_array(f.holder)
    WHEN 'integer' THEN (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.subjects) ELSE f.subjects END AS subjects,
  ifnull(f.search, lower(f.holder_name || char(10) || f.target_name)) AS search, -- both names in lower case
  iif(typeof(f.advice) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.advice), f.advice) AS advice,
  iif(typeof(f.delta) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.delta), f.delta) AS delta,
  f.last_ruling,
  iif(typeof(f.peers) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.peers), f.peers) AS peers,
  f.last_used,
  iif(typeof(f.conflicts) = 'integer', (SELECT t.text FROM frozen_text t WHERE t.population = f.population AND t.no = f.conflicts), f.conflicts) AS conflicts,
  -(f.high_risk * 1000000000000 + f.reach) AS risk -- the riskiest first
  FROM frozen_item f;

-- Items are numbered by holder: those of one come in few runs.
ALTER TABLE item_by_holder RENAME TO item_by_holder_before;
DROP TRIGGER item_by_holder_stays;
DROP TRIGGER item_by_holder_fixed;
CREATE TABLE item_by_holder (
  population TEXT NOT NULL,
  holder TEXT NOT NULL,
  no INTEGER NOT NULL, -- the first of a run
  last INTEGER NOT NULL CHECK (last >= no),
  PRIMARY KEY (population, holder, no)
) STRICT, WITHOUT ROWID;
INSERT INTO item_by_holder SELECT population, holder, min(no), max(no)
  FROM (SELECT population, holder, no, no - row_number() OVER (PARTITION BY population, holder ORDER BY no) AS run FROM item_by_holder_before)
  GROUP BY population, holder, run ORDER BY 1, 2, 3;
DROP TABLE item_by_holder_before;
CREATE TRIGGER item_by_holder_stays BEFORE DELETE ON item_by_holder
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_holder is never deleted'); END;
CREATE TRIGGER item_by_holder_fixed BEFORE UPDATE ON item_by_holder
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_holder is never changed'); END;
