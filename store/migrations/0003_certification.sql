-- Migration 3: certification.

-- The orders of a frozen population, beside the number. They are tables and no
-- indices because they are written after the items, each from end to end: an
-- index that grows with the rows is written all over, and made afterwards
-- it holds the writer for seconds.
CREATE TABLE item_by_target (
  population TEXT NOT NULL,
  target_name TEXT NOT NULL,
  no INTEGER NOT NULL,
  PRIMARY KEY (population, target_name, no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER item_by_target_stays BEFORE DELETE ON item_by_target
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_target is never deleted'); END;
CREATE TRIGGER item_by_target_fixed BEFORE UPDATE ON item_by_target
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_target is never changed'); END;

CREATE TABLE item_by_risk (
  population TEXT NOT NULL,
  risk INTEGER NOT NULL, -- as item has it
  no INTEGER NOT NULL,
  PRIMARY KEY (population, risk, no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER item_by_risk_stays BEFORE DELETE ON item_by_risk
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_risk is never deleted'); END;
CREATE TRIGGER item_by_risk_fixed BEFORE UPDATE ON item_by_risk
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_risk is never changed'); END;

CREATE TABLE item_by_holder (
  population TEXT NOT NULL,
  holder TEXT NOT NULL,
  no INTEGER NOT NULL,
  PRIMARY KEY (population, holder, no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER item_by_holder_stays BEFORE DELETE ON item_by_holder
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_holder is never deleted'); END;
CREATE TRIGGER item_by_holder_fixed BEFORE UPDATE ON item_by_holder
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_by_holder is never changed'); END;

-- Who answers, by reviewer.
CREATE TABLE staged_by_reviewer (
  population TEXT NOT NULL,
  stage INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  no INTEGER NOT NULL,
  PRIMARY KEY (population, stage, reviewer, no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER staged_by_reviewer_stays BEFORE DELETE ON staged_by_reviewer
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_by_reviewer is never deleted'); END;
CREATE TRIGGER staged_by_reviewer_fixed BEFORE UPDATE ON staged_by_reviewer
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_by_reviewer is never changed'); END;

INSERT INTO item_by_target SELECT population, target_name, no FROM item ORDER BY 1, 2, 3;
INSERT INTO item_by_risk SELECT population, risk, no FROM item ORDER BY 1, 2, 3;
INSERT INTO item_by_holder SELECT population, holder, no FROM item ORDER BY 1, 2, 3;
INSERT INTO staged_by_reviewer SELECT DISTINCT population, stage, reviewer, no FROM staged_assignment ORDER BY 1, 2, 3, 4;
DROP INDEX item_target;
DROP INDEX item_risk;
DROP INDEX item_holder;
DROP INDEX staged_reviewer;
