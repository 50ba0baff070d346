-- Migration 2: what roles allow on objects, fields, settings and actions; rules
-- of groups; external groups; separations of duties; usage.

-- A kind of business record that roles open or close.
CREATE TABLE object (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  system INTEGER NOT NULL CHECK (system IN (0, 1)),
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX object_now ON object (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX object_versions ON object (id, from_seq);
CREATE TRIGGER object_stays BEFORE DELETE ON object
BEGIN SELECT RAISE(ABORT, 'append-only: a row of object is never deleted'); END;
CREATE TRIGGER object_closes BEFORE UPDATE ON object
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.system IS OLD.system AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of object may only be ended, once'); END;

-- A field of an object.
CREATE TABLE field (
  id TEXT NOT NULL CHECK (id <> ''),
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  label INTEGER NOT NULL CHECK (label IN (0, 1)),
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX field_now ON field (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX field_versions ON field (id, from_seq);
CREATE TRIGGER field_stays BEFORE DELETE ON field
BEGIN SELECT RAISE(ABORT, 'append-only: a row of field is never deleted'); END;
CREATE TRIGGER field_closes BEFORE UPDATE ON field
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.object IS OLD.object AND NEW.name IS OLD.name AND NEW.label IS OLD.label AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of field may only be ended, once'); END;

-- A group of a directory outside, mapped to a group here or to none.
CREATE TABLE external_group (
  id TEXT NOT NULL CHECK (id = source || '/' || external),
  source TEXT NOT NULL,
  external TEXT NOT NULL,
  name TEXT NOT NULL,
  "group" TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX external_group_now ON external_group (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX external_group_versions ON external_group (id, from_seq);
CREATE TRIGGER external_group_stays BEFORE DELETE ON external_group
BEGIN SELECT RAISE(ABORT, 'append-only: a row of external_group is never deleted'); END;
CREATE TRIGGER external_group_closes BEFORE UPDATE ON external_group
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.source IS OLD.source AND NEW.external IS OLD.external AND NEW.name IS OLD.name AND NEW."group" IS OLD."group" AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of external_group may only be ended, once'); END;

-- Two sides that no principal may hold at once.
CREATE TABLE sod_rule (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  reason TEXT NOT NULL,
  a TEXT NOT NULL CHECK (json_valid(a)),
  b TEXT NOT NULL CHECK (json_valid(b)),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX sod_rule_now ON sod_rule (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX sod_rule_versions ON sod_rule (id, from_seq);
CREATE TRIGGER sod_rule_stays BEFORE DELETE ON sod_rule
BEGIN SELECT RAISE(ABORT, 'append-only: a row of sod_rule is never deleted'); END;
CREATE TRIGGER sod_rule_closes BEFORE UPDATE ON sod_rule
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.severity IS OLD.severity AND NEW.reason IS OLD.reason AND NEW.a IS OLD.a AND NEW.b IS OLD.b AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of sod_rule may only be ended, once'); END;

-- How a principal used a target, as last imported.
CREATE TABLE usage (
  id TEXT NOT NULL CHECK (id = principal || '/' || target_kind || '/' || target),
  principal TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('agent', 'area', 'source', 'group', 'role', 'account', 'agent-role', 'duty', 'access-type', 'creator', 'object-see', 'object-edit', 'object-delete', 'object-destroy', 'field', 'setting', 'action')),
  target TEXT NOT NULL,
  last_used TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  accuracy INTEGER NOT NULL CHECK (accuracy BETWEEN 0 AND 1000),
  satisfaction INTEGER NOT NULL CHECK (satisfaction >= 0),
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX usage_now ON usage (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX usage_versions ON usage (id, from_seq);
CREATE TRIGGER usage_stays BEFORE DELETE ON usage
BEGIN SELECT RAISE(ABORT, 'append-only: a row of usage is never deleted'); END;
CREATE TRIGGER usage_closes BEFORE UPDATE ON usage
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.principal IS OLD.principal AND NEW.target_kind IS OLD.target_kind AND NEW.target IS OLD.target AND NEW.last_used IS OLD.last_used AND NEW.count IS OLD.count AND NEW.accuracy IS OLD.accuracy AND NEW.satisfaction IS OLD.satisfaction AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of usage may only be ended, once'); END;

-- The rule of a group.
DROP TRIGGER group_closes;
ALTER TABLE "group" ADD COLUMN rule_kind TEXT NOT NULL DEFAULT 'none' CHECK (rule_kind IN ('none', 'email-pattern', 'expression'));
ALTER TABLE "group" ADD COLUMN rule_text TEXT NOT NULL DEFAULT '';
ALTER TABLE "group" ADD COLUMN rule_on INTEGER NOT NULL DEFAULT 0 CHECK (rule_on IN (0, 1));
CREATE TRIGGER group_closes BEFORE UPDATE ON "group"
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.parent IS OLD.parent AND NEW.life IS OLD.life AND NEW.external IS OLD.external AND NEW.rule_kind IS OLD.rule_kind AND NEW.rule_text IS OLD.rule_text AND NEW.rule_on IS OLD.rule_on AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of group may only be ended, once'); END;

-- Grants: the targets of a role, and its denials.
ALTER TABLE "grant" RENAME TO grant_before;
DROP INDEX grant_now;
DROP INDEX grant_versions;
DROP TRIGGER grant_stays;
DROP TRIGGER grant_closes;
CREATE TABLE "grant" (
  id TEXT NOT NULL CHECK (id <> ''),
  holder_kind TEXT NOT NULL CHECK (holder_kind IN ('principal', 'group', 'role', 'everyone')),
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('agent', 'area', 'source', 'group', 'role', 'account', 'agent-role', 'duty', 'access-type', 'creator', 'object-see', 'object-edit', 'object-delete', 'object-destroy', 'field', 'setting', 'action')),
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('None', 'View & Use', 'Edit', 'Read', 'View', 'Use', 'Member', 'Manager', 'Default role', 'Held', 'Admin', 'User', 'Super Admin', 'Private', 'Group-Restricted', 'Organization', 'Creator', 'Denied', 'Allowed', 'No Access', 'See')),
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

-- Frozen items: the same. The rows that hang on them move along.
ALTER TABLE staged_assignment RENAME TO staged_before;
ALTER TABLE item RENAME TO item_before;
DROP INDEX item_holder;
DROP INDEX item_target;
DROP INDEX item_risk;
DROP TRIGGER item_stays;
DROP TRIGGER item_fixed;
DROP INDEX staged_reviewer;
DROP TRIGGER staged_assignment_stays;
DROP TRIGGER staged_assignment_fixed;
CREATE TABLE item (
  population TEXT NOT NULL CHECK (population <> ''),
  no INTEGER NOT NULL CHECK (no >= 1),
  grant_id TEXT NOT NULL,
  holder_kind TEXT NOT NULL CHECK (holder_kind IN ('principal', 'group', 'role', 'everyone')),
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('agent', 'area', 'source', 'group', 'role', 'account', 'agent-role', 'duty', 'access-type', 'creator', 'object-see', 'object-edit', 'object-delete', 'object-destroy', 'field', 'setting', 'action')),
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('None', 'View & Use', 'Edit', 'Read', 'View', 'Use', 'Member', 'Manager', 'Default role', 'Held', 'Admin', 'User', 'Super Admin', 'Private', 'Group-Restricted', 'Organization', 'Creator', 'Denied', 'Allowed', 'No Access', 'See')),
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
  how TEXT NOT NULL CHECK (how = '' OR json_valid(how)),
  remains TEXT NOT NULL CHECK (remains = '' OR json_valid(remains)),
  reach INTEGER NOT NULL CHECK (reach >= 0),
  high_risk INTEGER NOT NULL CHECK (high_risk IN (0, 1)),
  flags TEXT NOT NULL CHECK (flags = '' OR json_valid(flags)),
  class TEXT NOT NULL CHECK (class IN ('Public', 'Internal', 'Confidential', 'Restricted')),
  subjects TEXT NOT NULL CHECK (subjects = '' OR json_valid(subjects)),
  search TEXT NOT NULL, -- both names in lower case
  risk INTEGER NOT NULL GENERATED ALWAYS AS (-(high_risk * 1000000000000 + reach)) VIRTUAL, -- the riskiest first
  PRIMARY KEY (population, no)
) STRICT;
INSERT INTO item (population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search)
  SELECT population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search FROM item_before;
CREATE TABLE staged_assignment (
  population TEXT NOT NULL,
  no INTEGER NOT NULL,
  pos INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  stage INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (population, no, pos),
  FOREIGN KEY (population, no) REFERENCES item (population, no)
) STRICT, WITHOUT ROWID;
INSERT INTO staged_assignment SELECT * FROM staged_before;
DROP TABLE staged_before;
DROP TABLE item_before;
CREATE INDEX item_holder ON item (population, holder, no);
CREATE INDEX item_target ON item (population, target_name, no);
CREATE INDEX item_risk ON item (population, risk, no);
CREATE TRIGGER item_stays BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never deleted'); END;
CREATE TRIGGER item_fixed BEFORE UPDATE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never changed'); END;

CREATE INDEX staged_reviewer ON staged_assignment (population, stage, reviewer, no);
CREATE TRIGGER staged_assignment_stays BEFORE DELETE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never deleted'); END;
CREATE TRIGGER staged_assignment_fixed BEFORE UPDATE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never changed'); END;
