-- Migration 4: who read a decision back from a packet workbook, its reviewer or
-- another for them; empty where it was decided here.
DROP TRIGGER decision_closes;
ALTER TABLE decision ADD COLUMN entered TEXT NOT NULL DEFAULT '';
CREATE TRIGGER decision_closes BEFORE UPDATE ON decision
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.answer IS OLD.answer AND NEW.level IS OLD.level AND NEW.reason IS OLD.reason AND NEW.round IS OLD.round AND NEW.bulk IS OLD.bulk AND NEW.seconds IS OLD.seconds AND NEW.opened IS OLD.opened AND NEW.batch IS OLD.batch AND NEW.entered IS OLD.entered AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of decision may only be ended, once'); END;
