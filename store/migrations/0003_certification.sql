-- Migration 3: certification in stages: rulings, definitions, requests,
-- substitutes, messages; what a frozen item tells the reviewer besides.

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

-- How many items each reviewer has, as staged.
CREATE TABLE staged_count (
  population TEXT NOT NULL,
  stage INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  items INTEGER NOT NULL CHECK (items >= 1),
  PRIMARY KEY (population, stage, reviewer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER staged_count_stays BEFORE DELETE ON staged_count
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_count is never deleted'); END;
CREATE TRIGGER staged_count_fixed BEFORE UPDATE ON staged_count
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_count is never changed'); END;

INSERT INTO item_by_target SELECT population, target_name, no FROM item ORDER BY 1, 2, 3;
INSERT INTO item_by_risk SELECT population, risk, no FROM item ORDER BY 1, 2, 3;
INSERT INTO item_by_holder SELECT population, holder, no FROM item ORDER BY 1, 2, 3;
INSERT INTO staged_by_reviewer SELECT DISTINCT population, stage, reviewer, no FROM staged_assignment ORDER BY 1, 2, 3, 4;
INSERT INTO staged_count SELECT population, stage, reviewer, count(*) FROM staged_by_reviewer GROUP BY 1, 2, 3;
DROP INDEX item_target;
DROP INDEX item_risk;
DROP INDEX item_holder;
DROP INDEX staged_reviewer;

-- What puts the decisions of a bulk written in parts in force.
CREATE TABLE bulk (
  id TEXT NOT NULL CHECK (id <> ''),
  campaign TEXT NOT NULL,
  stage INTEGER NOT NULL CHECK (stage >= 1),
  reviewer TEXT NOT NULL,
  items INTEGER NOT NULL CHECK (items >= 0),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX bulk_now ON bulk (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX bulk_versions ON bulk (id, from_seq);
CREATE TRIGGER bulk_stays BEFORE DELETE ON bulk
BEGIN SELECT RAISE(ABORT, 'append-only: a row of bulk is never deleted'); END;
CREATE TRIGGER bulk_closes BEFORE UPDATE ON bulk
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.items IS OLD.items AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of bulk may only be ended, once'); END;

-- What a stage says of an item; stage 0 is over all stages.
CREATE TABLE ruling (
  id TEXT NOT NULL CHECK (id = campaign || '/' || item || '/' || stage),
  campaign TEXT NOT NULL,
  item INTEGER NOT NULL CHECK (item >= 1),
  stage INTEGER NOT NULL CHECK (stage >= 0),
  answer TEXT NOT NULL CHECK (answer IN ('undecided', 'keep', 'reduce', 'revoke', 'abstain')),
  level INTEGER NOT NULL CHECK (level >= 0),
  rule TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  unanswered INTEGER NOT NULL CHECK (unanswered IN (0, 1)),
  stops INTEGER NOT NULL CHECK (stops IN (0, 1)),
  last INTEGER NOT NULL CHECK (last >= 0),
  decisive INTEGER NOT NULL CHECK (decisive >= 0),
  checker TEXT NOT NULL,
  iteration INTEGER NOT NULL CHECK (iteration >= 1),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX ruling_now ON ruling (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX ruling_versions ON ruling (id, from_seq);
CREATE INDEX ruling_figures ON ruling (campaign, stage, answer, stops, item, iteration) WHERE to_seq IS NULL;
CREATE TRIGGER ruling_stays BEFORE DELETE ON ruling
BEGIN SELECT RAISE(ABORT, 'append-only: a row of ruling is never deleted'); END;
CREATE TRIGGER ruling_closes BEFORE UPDATE ON ruling
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.answer IS OLD.answer AND NEW.level IS OLD.level AND NEW.rule IS OLD.rule AND NEW.reviewer IS OLD.reviewer AND NEW.unanswered IS OLD.unanswered AND NEW.stops IS OLD.stops AND NEW.last IS OLD.last AND NEW.decisive IS OLD.decisive AND NEW.checker IS OLD.checker AND NEW.iteration IS OLD.iteration AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of ruling may only be ended, once'); END;

-- A version of a definition kept under a name.
CREATE TABLE definition (
  id TEXT NOT NULL CHECK (id = template || '/' || version),
  template TEXT NOT NULL CHECK (template <> ''),
  name TEXT NOT NULL,
  about TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'retired')),
  maker TEXT NOT NULL,
  checker TEXT NOT NULL,
  reason TEXT NOT NULL,
  definition TEXT NOT NULL CHECK (definition = '' OR json_valid(definition)),
  recurrence TEXT NOT NULL CHECK (recurrence = '' OR json_valid(recurrence)),
  triggers TEXT NOT NULL CHECK (triggers = '' OR json_valid(triggers)),
  retires INTEGER NOT NULL CHECK (retires IN (0, 1)),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX definition_now ON definition (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX definition_versions ON definition (id, from_seq);
CREATE UNIQUE INDEX definition_name ON definition (name, version) WHERE to_seq IS NULL;
CREATE TRIGGER definition_stays BEFORE DELETE ON definition
BEGIN SELECT RAISE(ABORT, 'append-only: a row of definition is never deleted'); END;
CREATE TRIGGER definition_closes BEFORE UPDATE ON definition
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.template IS OLD.template AND NEW.name IS OLD.name AND NEW.about IS OLD.about AND NEW.version IS OLD.version AND NEW.state IS OLD.state AND NEW.maker IS OLD.maker AND NEW.checker IS OLD.checker AND NEW.reason IS OLD.reason AND NEW.definition IS OLD.definition AND NEW.recurrence IS OLD.recurrence AND NEW.triggers IS OLD.triggers AND NEW.retires IS OLD.retires AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of definition may only be ended, once'); END;

-- A change of a running campaign that takes a second signature.
CREATE TABLE request (
  id TEXT NOT NULL CHECK (id <> ''),
  campaign TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('reassign', 'extend')),
  stage INTEGER NOT NULL CHECK (stage >= 0),
  items TEXT NOT NULL CHECK (items = '' OR json_valid(items)),
  instead_of TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  due TEXT NOT NULL,
  reason TEXT NOT NULL,
  maker TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'applied', 'rejected', 'withdrawn', 'stale')),
  checker TEXT NOT NULL,
  answer TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX request_now ON request (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX request_versions ON request (id, from_seq);
CREATE INDEX request_campaign ON request (campaign) WHERE to_seq IS NULL;
CREATE TRIGGER request_stays BEFORE DELETE ON request
BEGIN SELECT RAISE(ABORT, 'append-only: a row of request is never deleted'); END;
CREATE TRIGGER request_closes BEFORE UPDATE ON request
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.act IS OLD.act AND NEW.stage IS OLD.stage AND NEW.items IS OLD.items AND NEW.instead_of IS OLD.instead_of AND NEW.reviewer IS OLD.reviewer AND NEW.due IS OLD.due AND NEW.reason IS OLD.reason AND NEW.maker IS OLD.maker AND NEW.state IS OLD.state AND NEW.checker IS OLD.checker AND NEW.answer IS OLD.answer AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of request may only be ended, once'); END;

-- Who answers for a person in a window of days.
CREATE TABLE substitute (
  id TEXT NOT NULL CHECK (id <> ''),
  person TEXT NOT NULL,
  substitute TEXT NOT NULL,
  win_from TEXT NOT NULL,
  win_to TEXT NOT NULL,
  zone TEXT NOT NULL,
  reason TEXT NOT NULL,
  maker TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX substitute_now ON substitute (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX substitute_versions ON substitute (id, from_seq);
CREATE TRIGGER substitute_stays BEFORE DELETE ON substitute
BEGIN SELECT RAISE(ABORT, 'append-only: a row of substitute is never deleted'); END;
CREATE TRIGGER substitute_closes BEFORE UPDATE ON substitute
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.person IS OLD.person AND NEW.substitute IS OLD.substitute AND NEW.win_from IS OLD.win_from AND NEW.win_to IS OLD.win_to AND NEW.zone IS OLD.zone AND NEW.reason IS OLD.reason AND NEW.maker IS OLD.maker AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of substitute may only be ended, once'); END;

-- The outbox: what people are told.
CREATE TABLE message (
  id TEXT NOT NULL CHECK (id <> ''),
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  campaign TEXT NOT NULL,
  stage INTEGER NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  detail TEXT NOT NULL,
  at TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX message_now ON message (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX message_versions ON message (id, from_seq);
CREATE INDEX message_state ON message (state) WHERE to_seq IS NULL;
CREATE TRIGGER message_stays BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT, 'append-only: a row of message is never deleted'); END;
CREATE TRIGGER message_closes BEFORE UPDATE ON message
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.recipient IS OLD.recipient AND NEW.campaign IS OLD.campaign AND NEW.stage IS OLD.stage AND NEW.subject IS OLD.subject AND NEW.body IS OLD.body AND NEW.state IS OLD.state AND NEW.detail IS OLD.detail AND NEW.at IS OLD.at AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of message may only be ended, once'); END;

DROP TRIGGER campaign_closes;
ALTER TABLE campaign ADD COLUMN iteration INTEGER NOT NULL DEFAULT 0 CHECK (iteration >= 0);
ALTER TABLE campaign ADD COLUMN began TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN makers TEXT NOT NULL DEFAULT '' CHECK (makers = '' OR json_valid(makers));
ALTER TABLE campaign ADD COLUMN launcher TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN template TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN template_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN started_by TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN was TEXT NOT NULL DEFAULT 'draft' CHECK (was IN ('draft', 'staged', 'active', 'decided', 'signed off', 'remediating', 'verifying', 'closed', 'cancelled'));
CREATE TRIGGER campaign_closes BEFORE UPDATE ON campaign
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.state IS OLD.state AND NEW.stage IS OLD.stage AND NEW.owner IS OLD.owner AND NEW.definition IS OLD.definition AND NEW.due IS OLD.due AND NEW.population IS OLD.population AND NEW.frozen IS OLD.frozen AND NEW.frozen_at IS OLD.frozen_at AND NEW.tie_out IS OLD.tie_out AND NEW.reason IS OLD.reason AND NEW.closed_at IS OLD.closed_at AND NEW.iteration IS OLD.iteration AND NEW.began IS OLD.began AND NEW.makers IS OLD.makers AND NEW.launcher IS OLD.launcher AND NEW.template IS OLD.template AND NEW.template_version IS OLD.template_version AND NEW.started_by IS OLD.started_by AND NEW.was IS OLD.was AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of campaign may only be ended, once'); END;

DROP TRIGGER decision_closes;
ALTER TABLE decision ADD COLUMN batch TEXT NOT NULL DEFAULT '';
DROP INDEX decision_figures;
CREATE INDEX decision_figures ON decision (campaign, stage, reviewer, answer, bulk, batch) WHERE to_seq IS NULL;
CREATE INDEX decision_batch ON decision (batch) WHERE to_seq IS NULL AND batch <> '';
CREATE TRIGGER decision_closes BEFORE UPDATE ON decision
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.answer IS OLD.answer AND NEW.level IS OLD.level AND NEW.reason IS OLD.reason AND NEW.round IS OLD.round AND NEW.bulk IS OLD.bulk AND NEW.seconds IS OLD.seconds AND NEW.opened IS OLD.opened AND NEW.batch IS OLD.batch AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of decision may only be ended, once'); END;

DROP TRIGGER packet_closes;
ALTER TABLE packet ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0 CHECK (lapsed IN (0, 1));
ALTER TABLE packet ADD COLUMN unsigned INTEGER NOT NULL DEFAULT 0 CHECK (unsigned >= 0);
CREATE TRIGGER packet_closes BEFORE UPDATE ON packet
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.state IS OLD.state AND NEW.round IS OLD.round AND NEW.items IS OLD.items AND NEW.keep IS OLD.keep AND NEW.reduce IS OLD.reduce AND NEW.revoke IS OLD.revoke AND NEW.abstain IS OLD.abstain AND NEW.statement IS OLD.statement AND NEW.digest IS OLD.digest AND NEW.checker IS OLD.checker AND NEW.reason IS OLD.reason AND NEW.lapsed IS OLD.lapsed AND NEW.unsigned IS OLD.unsigned AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of packet may only be ended, once'); END;

DROP TRIGGER assignment_closes;
ALTER TABLE assignment ADD COLUMN instead_of TEXT NOT NULL DEFAULT '';
CREATE TRIGGER assignment_closes BEFORE UPDATE ON assignment
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.rule IS OLD.rule AND NEW.instead_of IS OLD.instead_of AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of assignment may only be ended, once'); END;

ALTER TABLE staged_assignment ADD COLUMN instead_of TEXT NOT NULL DEFAULT '';

ALTER TABLE item ADD COLUMN advice TEXT NOT NULL DEFAULT '' CHECK (advice = '' OR json_valid(advice));
ALTER TABLE item ADD COLUMN delta TEXT NOT NULL DEFAULT '' CHECK (delta = '' OR json_valid(delta));
ALTER TABLE item ADD COLUMN last_ruling TEXT NOT NULL DEFAULT '' CHECK (last_ruling = '' OR json_valid(last_ruling));
ALTER TABLE item ADD COLUMN peers TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN last_used TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN conflicts TEXT NOT NULL DEFAULT '' CHECK (conflicts = '' OR json_valid(conflicts));

-- What the clock asks of every campaign at once.
CREATE INDEX outcome_exceptions ON outcome (campaign, item) WHERE to_seq IS NULL AND result = 'exception';
