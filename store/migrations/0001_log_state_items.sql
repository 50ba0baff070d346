-- Migration 1: the log, the state, the frozen populations.
--
-- Every row of state carries the event that began it (from_seq) and the one
-- that ended it (to_seq; the current row has none). Rows are never rewritten
-- or deleted: triggers refuse it. Words stand as words, so that a person with
-- the sqlite3 shell can read the file; times of events are milliseconds of
-- Unix time in UTC, other instants RFC 3339 text.

-- What this database is. Nothing of it ever changes.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE TRIGGER meta_complete BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'append-only: what this database is was settled when it was made'); END;
CREATE TRIGGER meta_stays BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'append-only: a row of meta is never deleted'); END;
CREATE TRIGGER meta_fixed BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'append-only: a row of meta is never changed'); END;

-- The audit log: seq is the number of the leaf, line the canonical JSON that
-- the log hashes; the other columns repeat parts of the line for searching.
CREATE TABLE event (
  seq     INTEGER PRIMARY KEY CHECK (seq >= 0),
  time    INTEGER NOT NULL, -- never before the time of the event before it
  type    TEXT NOT NULL CHECK (type <> ''),
  subject TEXT NOT NULL,
  actor   TEXT NOT NULL,
  applies INTEGER NOT NULL CHECK (applies >= 0 AND applies < seq OR applies = 0),
  access  INTEGER NOT NULL CHECK (access IN (0, 1)), -- 1: it changed who may do what
  line    TEXT NOT NULL CHECK (json_valid(line))
) STRICT;
CREATE INDEX event_time ON event (time);
CREATE INDEX event_type ON event (type);
CREATE INDEX event_actor ON event (actor);
CREATE INDEX event_access ON event (seq) WHERE access = 1;
CREATE UNIQUE INDEX event_applies ON event (applies) WHERE applies > 0; -- a proposal is applied once
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'append-only: a row of event is never deleted'); END;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'append-only: a row of event is never changed'); END;

-- Which events name a record or a person.
CREATE TABLE event_entity (
  id  TEXT NOT NULL CHECK (id <> ''),
  seq INTEGER NOT NULL REFERENCES event (seq),
  PRIMARY KEY (id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_entity_stays BEFORE DELETE ON event_entity
BEGIN SELECT RAISE(ABORT, 'append-only: a row of event_entity is never deleted'); END;
CREATE TRIGGER event_entity_fixed BEFORE UPDATE ON event_entity
BEGIN SELECT RAISE(ABORT, 'append-only: a row of event_entity is never changed'); END;

-- The hashes of the log, numbered densely as sumdb/tlog does.
CREATE TABLE log_hash (
  idx  INTEGER PRIMARY KEY CHECK (idx >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER log_hash_stays BEFORE DELETE ON log_hash
BEGIN SELECT RAISE(ABORT, 'append-only: a row of log_hash is never deleted'); END;
CREATE TRIGGER log_hash_fixed BEFORE UPDATE ON log_hash
BEGIN SELECT RAISE(ABORT, 'append-only: a row of log_hash is never changed'); END;

-- A user, an API key or an AI agent that acts.
CREATE TABLE principal (
  id TEXT NOT NULL CHECK (id <> ''),
  kind TEXT NOT NULL CHECK (kind IN ('user', 'api-key', 'ai-agent')),
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  department TEXT NOT NULL,
  title TEXT NOT NULL,
  manager TEXT NOT NULL,
  employment TEXT NOT NULL CHECK (employment IN ('employee', 'contractor', 'external')),
  status TEXT NOT NULL CHECK (status IN ('inactive', 'invited', 'lapsed', 'active')),
  owner TEXT NOT NULL,
  external TEXT NOT NULL,
  last_active TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX principal_now ON principal (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX principal_versions ON principal (id, from_seq);
CREATE TRIGGER principal_stays BEFORE DELETE ON principal
BEGIN SELECT RAISE(ABORT, 'append-only: a row of principal is never deleted'); END;
CREATE TRIGGER principal_closes BEFORE UPDATE ON principal
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.name IS OLD.name AND NEW.email IS OLD.email AND NEW.department IS OLD.department AND NEW.title IS OLD.title AND NEW.manager IS OLD.manager AND NEW.employment IS OLD.employment AND NEW.status IS OLD.status AND NEW.owner IS OLD.owner AND NEW.external IS OLD.external AND NEW.last_active IS OLD.last_active AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of principal may only be ended, once'); END;

-- A set of principals, perhaps below a parent.
CREATE TABLE "group" (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  parent TEXT NOT NULL,
  life TEXT NOT NULL CHECK (life IN ('active', 'archived')),
  external TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX group_now ON "group" (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX group_versions ON "group" (id, from_seq);
CREATE TRIGGER group_stays BEFORE DELETE ON "group"
BEGIN SELECT RAISE(ABORT, 'append-only: a row of group is never deleted'); END;
CREATE TRIGGER group_closes BEFORE UPDATE ON "group"
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.parent IS OLD.parent AND NEW.life IS OLD.life AND NEW.external IS OLD.external AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of group may only be ended, once'); END;

-- An AI agent as a resource.
CREATE TABLE agent (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  access_type TEXT NOT NULL CHECK (access_type IN ('Private', 'Group-Restricted', 'Organization')),
  classification TEXT NOT NULL CHECK (classification IN ('Public', 'Internal', 'Confidential', 'Restricted')),
  owner TEXT NOT NULL,
  creator TEXT NOT NULL,
  life TEXT NOT NULL CHECK (life IN ('active', 'archived')),
  external TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX agent_now ON agent (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX agent_versions ON agent (id, from_seq);
CREATE TRIGGER agent_stays BEFORE DELETE ON agent
BEGIN SELECT RAISE(ABORT, 'append-only: a row of agent is never deleted'); END;
CREATE TRIGGER agent_closes BEFORE UPDATE ON agent
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.access_type IS OLD.access_type AND NEW.classification IS OLD.classification AND NEW.owner IS OLD.owner AND NEW.creator IS OLD.creator AND NEW.life IS OLD.life AND NEW.external IS OLD.external AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of agent may only be ended, once'); END;

-- A data source.
CREATE TABLE source (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  classification TEXT NOT NULL CHECK (classification IN ('Public', 'Internal', 'Confidential', 'Restricted')),
  owner TEXT NOT NULL,
  external TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX source_now ON source (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX source_versions ON source (id, from_seq);
CREATE TRIGGER source_stays BEFORE DELETE ON source
BEGIN SELECT RAISE(ABORT, 'append-only: a row of source is never deleted'); END;
CREATE TRIGGER source_closes BEFORE UPDATE ON source
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.classification IS OLD.classification AND NEW.owner IS OLD.owner AND NEW.external IS OLD.external AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of source may only be ended, once'); END;

-- A data source of an agent.
CREATE TABLE agent_source (
  id TEXT NOT NULL CHECK (id = agent || '/' || source),
  agent TEXT NOT NULL,
  source TEXT NOT NULL,
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX agent_source_now ON agent_source (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX agent_source_versions ON agent_source (id, from_seq);
CREATE TRIGGER agent_source_stays BEFORE DELETE ON agent_source
BEGIN SELECT RAISE(ABORT, 'append-only: a row of agent_source is never deleted'); END;
CREATE TRIGGER agent_source_closes BEFORE UPDATE ON agent_source
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.agent IS OLD.agent AND NEW.source IS OLD.source AND NEW.open IS OLD.open AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of agent_source may only be ended, once'); END;

-- A named bundle that principals hold one of.
CREATE TABLE role (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
  "default" INTEGER NOT NULL CHECK ("default" IN (0, 1)),
  for_users INTEGER NOT NULL CHECK (for_users IN (0, 1)),
  for_keys INTEGER NOT NULL CHECK (for_keys IN (0, 1)),
  for_agents INTEGER NOT NULL CHECK (for_agents IN (0, 1)),
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX role_now ON role (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX role_versions ON role (id, from_seq);
CREATE TRIGGER role_stays BEFORE DELETE ON role
BEGIN SELECT RAISE(ABORT, 'append-only: a row of role is never deleted'); END;
CREATE TRIGGER role_closes BEFORE UPDATE ON role
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.description IS OLD.description AND NEW.admin IS OLD.admin AND NEW."default" IS OLD."default" AND NEW.for_users IS OLD.for_users AND NEW.for_keys IS OLD.for_keys AND NEW.for_agents IS OLD.for_agents AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of role may only be ended, once'); END;

-- A node of the tree of areas.
CREATE TABLE area (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  parent TEXT NOT NULL,
  controls TEXT NOT NULL,
  sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
  place INTEGER NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX area_now ON area (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX area_versions ON area (id, from_seq);
CREATE TRIGGER area_stays BEFORE DELETE ON area
BEGIN SELECT RAISE(ABORT, 'append-only: a row of area is never deleted'); END;
CREATE TRIGGER area_closes BEFORE UPDATE ON area
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.parent IS OLD.parent AND NEW.controls IS OLD.controls AND NEW.sensitive IS OLD.sensitive AND NEW.place IS OLD.place AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of area may only be ended, once'); END;

-- Everything that gives access, memberships and duties included.
CREATE TABLE "grant" (
  id TEXT NOT NULL CHECK (id <> ''),
  holder_kind TEXT NOT NULL CHECK (holder_kind IN ('principal', 'group', 'role', 'everyone')),
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('agent', 'area', 'source', 'group', 'role', 'account', 'agent-role', 'duty', 'access-type', 'creator')),
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('None', 'View & Use', 'Edit', 'Read', 'View', 'Use', 'Member', 'Manager', 'Default role', 'Held', 'Admin', 'User', 'Super Admin', 'Private', 'Group-Restricted', 'Organization', 'Creator')),
  win_from TEXT NOT NULL,
  win_to TEXT NOT NULL,
  zone TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_file TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX grant_now ON "grant" (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX grant_versions ON "grant" (id, from_seq);
CREATE TRIGGER grant_stays BEFORE DELETE ON "grant"
BEGIN SELECT RAISE(ABORT, 'append-only: a row of grant is never deleted'); END;
CREATE TRIGGER grant_closes BEFORE UPDATE ON "grant"
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.holder_kind IS OLD.holder_kind AND NEW.holder IS OLD.holder AND NEW.target_kind IS OLD.target_kind AND NEW.target IS OLD.target AND NEW.agent IS OLD.agent AND NEW.level IS OLD.level AND NEW.win_from IS OLD.win_from AND NEW.win_to IS OLD.win_to AND NEW.zone IS OLD.zone AND NEW.origin IS OLD.origin AND NEW.origin_file IS OLD.origin_file AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of grant may only be ended, once'); END;

-- A setting of the organisation.
CREATE TABLE setting (
  id TEXT NOT NULL CHECK (id <> ''),
  value TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX setting_now ON setting (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX setting_versions ON setting (id, from_seq);
CREATE TRIGGER setting_stays BEFORE DELETE ON setting
BEGIN SELECT RAISE(ABORT, 'append-only: a row of setting is never deleted'); END;
CREATE TRIGGER setting_closes BEFORE UPDATE ON setting
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.value IS OLD.value AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of setting may only be ended, once'); END;

-- Which principal an operating-system user is.
CREATE TABLE binding (
  id TEXT NOT NULL CHECK (id <> ''),
  principal TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX binding_now ON binding (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX binding_versions ON binding (id, from_seq);
CREATE TRIGGER binding_stays BEFORE DELETE ON binding
BEGIN SELECT RAISE(ABORT, 'append-only: a row of binding is never deleted'); END;
CREATE TRIGGER binding_closes BEFORE UPDATE ON binding
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.principal IS OLD.principal AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of binding may only be ended, once'); END;

-- The head of a change set; its changes stand in its event.
CREATE TABLE change_set (
  id TEXT NOT NULL CHECK (id <> ''),
  title TEXT NOT NULL,
  reason TEXT NOT NULL,
  maker TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn', 'applied', 'stale')),
  source TEXT NOT NULL,
  source_file TEXT NOT NULL,
  source_sha256 TEXT NOT NULL,
  source_rows INTEGER NOT NULL,
  campaign TEXT NOT NULL,
  based_on INTEGER NOT NULL CHECK (based_on >= 0),
  changes INTEGER NOT NULL CHECK (changes >= 0),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX change_set_now ON change_set (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX change_set_versions ON change_set (id, from_seq);
CREATE INDEX change_set_maker ON change_set (maker) WHERE to_seq IS NULL;
CREATE INDEX change_set_campaign ON change_set (campaign) WHERE to_seq IS NULL;
CREATE TRIGGER change_set_stays BEFORE DELETE ON change_set
BEGIN SELECT RAISE(ABORT, 'append-only: a row of change_set is never deleted'); END;
CREATE TRIGGER change_set_closes BEFORE UPDATE ON change_set
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.title IS OLD.title AND NEW.reason IS OLD.reason AND NEW.maker IS OLD.maker AND NEW.state IS OLD.state AND NEW.source IS OLD.source AND NEW.source_file IS OLD.source_file AND NEW.source_sha256 IS OLD.source_sha256 AND NEW.source_rows IS OLD.source_rows AND NEW.campaign IS OLD.campaign AND NEW.based_on IS OLD.based_on AND NEW.changes IS OLD.changes AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of change_set may only be ended, once'); END;

-- One checker's yes to a change set.
CREATE TABLE approval (
  id TEXT NOT NULL CHECK (id = change_set || '/' || checker),
  change_set TEXT NOT NULL,
  checker TEXT NOT NULL,
  settles TEXT NOT NULL CHECK (settles = '' OR json_valid(settles)),
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  reason TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX approval_now ON approval (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX approval_versions ON approval (id, from_seq);
CREATE INDEX approval_set ON approval (change_set, from_seq);
CREATE TRIGGER approval_stays BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'append-only: a row of approval is never deleted'); END;
CREATE TRIGGER approval_closes BEFORE UPDATE ON approval
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.change_set IS OLD.change_set AND NEW.checker IS OLD.checker AND NEW.settles IS OLD.settles AND NEW.shared IS OLD.shared AND NEW.reason IS OLD.reason AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of approval may only be ended, once'); END;

-- One recertification.
CREATE TABLE campaign (
  id TEXT NOT NULL CHECK (id <> ''),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'staged', 'active', 'decided', 'signed off', 'remediating', 'verifying', 'closed', 'cancelled')),
  stage INTEGER NOT NULL CHECK (stage >= 0),
  owner TEXT NOT NULL,
  definition TEXT NOT NULL CHECK (definition = '' OR json_valid(definition)),
  due TEXT NOT NULL,
  population TEXT NOT NULL,
  frozen INTEGER NOT NULL CHECK (frozen >= 0),
  frozen_at TEXT NOT NULL,
  tie_out TEXT NOT NULL CHECK (tie_out = '' OR json_valid(tie_out)),
  reason TEXT NOT NULL,
  closed_at TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX campaign_now ON campaign (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX campaign_versions ON campaign (id, from_seq);
CREATE UNIQUE INDEX campaign_name ON campaign (name) WHERE to_seq IS NULL;
CREATE TRIGGER campaign_stays BEFORE DELETE ON campaign
BEGIN SELECT RAISE(ABORT, 'append-only: a row of campaign is never deleted'); END;
CREATE TRIGGER campaign_closes BEFORE UPDATE ON campaign
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.name IS OLD.name AND NEW.state IS OLD.state AND NEW.stage IS OLD.stage AND NEW.owner IS OLD.owner AND NEW.definition IS OLD.definition AND NEW.due IS OLD.due AND NEW.population IS OLD.population AND NEW.frozen IS OLD.frozen AND NEW.frozen_at IS OLD.frozen_at AND NEW.tie_out IS OLD.tie_out AND NEW.reason IS OLD.reason AND NEW.closed_at IS OLD.closed_at AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of campaign may only be ended, once'); END;

-- One reviewer's answer to one item in one stage; level is the rung's number from the bottom.
CREATE TABLE decision (
  id TEXT NOT NULL CHECK (id = campaign || '/' || item || '/' || stage || '/' || reviewer),
  campaign TEXT NOT NULL,
  item INTEGER NOT NULL CHECK (item >= 1),
  stage INTEGER NOT NULL CHECK (stage >= 1),
  reviewer TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('undecided', 'keep', 'reduce', 'revoke', 'abstain')),
  level INTEGER NOT NULL CHECK (level >= 0),
  reason TEXT NOT NULL,
  round INTEGER NOT NULL CHECK (round >= 0),
  bulk INTEGER NOT NULL CHECK (bulk >= 0),
  seconds INTEGER NOT NULL CHECK (seconds >= 0),
  opened INTEGER NOT NULL CHECK (opened IN (0, 1)),
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX decision_now ON decision (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX decision_versions ON decision (id, from_seq);
CREATE INDEX decision_figures ON decision (campaign, stage, reviewer, answer, bulk) WHERE to_seq IS NULL;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'append-only: a row of decision is never deleted'); END;
CREATE TRIGGER decision_closes BEFORE UPDATE ON decision
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.answer IS OLD.answer AND NEW.level IS OLD.level AND NEW.reason IS OLD.reason AND NEW.round IS OLD.round AND NEW.bulk IS OLD.bulk AND NEW.seconds IS OLD.seconds AND NEW.opened IS OLD.opened AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of decision may only be ended, once'); END;

-- One reviewer's share of a stage.
CREATE TABLE packet (
  id TEXT NOT NULL CHECK (id = campaign || '/' || stage || '/' || reviewer),
  campaign TEXT NOT NULL,
  stage INTEGER NOT NULL CHECK (stage >= 1),
  reviewer TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'signed', 'countersigned', 'returned')),
  round INTEGER NOT NULL CHECK (round >= 0),
  items INTEGER NOT NULL CHECK (items >= 0),
  keep INTEGER NOT NULL CHECK (keep >= 0),
  reduce INTEGER NOT NULL CHECK (reduce >= 0),
  revoke INTEGER NOT NULL CHECK (revoke >= 0),
  abstain INTEGER NOT NULL CHECK (abstain >= 0),
  statement TEXT NOT NULL,
  digest TEXT NOT NULL,
  checker TEXT NOT NULL,
  reason TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX packet_now ON packet (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX packet_versions ON packet (id, from_seq);
CREATE INDEX packet_campaign ON packet (campaign) WHERE to_seq IS NULL;
CREATE TRIGGER packet_stays BEFORE DELETE ON packet
BEGIN SELECT RAISE(ABORT, 'append-only: a row of packet is never deleted'); END;
CREATE TRIGGER packet_closes BEFORE UPDATE ON packet
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.state IS OLD.state AND NEW.round IS OLD.round AND NEW.items IS OLD.items AND NEW.keep IS OLD.keep AND NEW.reduce IS OLD.reduce AND NEW.revoke IS OLD.revoke AND NEW.abstain IS OLD.abstain AND NEW.statement IS OLD.statement AND NEW.digest IS OLD.digest AND NEW.checker IS OLD.checker AND NEW.reason IS OLD.reason AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of packet may only be ended, once'); END;

-- An item of a packet, opened again.
CREATE TABLE item_return (
  id TEXT NOT NULL CHECK (id = campaign || '/' || item || '/' || stage || '/' || reviewer),
  campaign TEXT NOT NULL,
  item INTEGER NOT NULL CHECK (item >= 1),
  stage INTEGER NOT NULL CHECK (stage >= 1),
  reviewer TEXT NOT NULL,
  round INTEGER NOT NULL CHECK (round >= 0),
  reason TEXT NOT NULL,
  due TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX item_return_now ON item_return (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX item_return_versions ON item_return (id, from_seq);
CREATE INDEX item_return_packet ON item_return (campaign, stage, reviewer) WHERE to_seq IS NULL;
CREATE TRIGGER item_return_stays BEFORE DELETE ON item_return
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_return is never deleted'); END;
CREATE TRIGGER item_return_closes BEFORE UPDATE ON item_return
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.round IS OLD.round AND NEW.reason IS OLD.reason AND NEW.due IS OLD.due AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item_return may only be ended, once'); END;

-- What became of an item.
CREATE TABLE outcome (
  id TEXT NOT NULL CHECK (id = campaign || '/' || item),
  campaign TEXT NOT NULL,
  item INTEGER NOT NULL CHECK (item >= 1),
  result TEXT NOT NULL CHECK (result IN ('pending', 'verified', 'retained', 'residual', 'failed', 'outside', 'exception')),
  change_set TEXT NOT NULL,
  at INTEGER NOT NULL CHECK (at >= 0),
  retained_by TEXT NOT NULL CHECK (retained_by = '' OR json_valid(retained_by)),
  left_over TEXT NOT NULL,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  approver TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX outcome_now ON outcome (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX outcome_versions ON outcome (id, from_seq);
CREATE INDEX outcome_campaign ON outcome (campaign, result) WHERE to_seq IS NULL;
CREATE TRIGGER outcome_stays BEFORE DELETE ON outcome
BEGIN SELECT RAISE(ABORT, 'append-only: a row of outcome is never deleted'); END;
CREATE TRIGGER outcome_closes BEFORE UPDATE ON outcome
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.result IS OLD.result AND NEW.change_set IS OLD.change_set AND NEW.at IS OLD.at AND NEW.retained_by IS OLD.retained_by AND NEW.left_over IS OLD.left_over AND NEW.until IS OLD.until AND NEW.reason IS OLD.reason AND NEW.approver IS OLD.approver AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of outcome may only be ended, once'); END;

-- Who answers for an item, where that changed after the staging.
CREATE TABLE assignment (
  id TEXT NOT NULL CHECK (id = campaign || '/' || item || '/' || stage || '/' || reviewer),
  campaign TEXT NOT NULL,
  item INTEGER NOT NULL CHECK (item >= 1),
  stage INTEGER NOT NULL CHECK (stage >= 1),
  reviewer TEXT NOT NULL,
  rule TEXT NOT NULL,
  from_seq INTEGER NOT NULL REFERENCES event (seq),
  to_seq INTEGER REFERENCES event (seq) CHECK (to_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX assignment_now ON assignment (id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX assignment_versions ON assignment (id, from_seq);
CREATE INDEX assignment_item ON assignment (campaign, item, stage) WHERE to_seq IS NULL;
CREATE INDEX assignment_reviewer ON assignment (campaign, stage, reviewer, item) WHERE to_seq IS NULL;
CREATE TRIGGER assignment_stays BEFORE DELETE ON assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of assignment is never deleted'); END;
CREATE TRIGGER assignment_closes BEFORE UPDATE ON assignment
WHEN NOT (OLD.to_seq IS NULL AND NEW.to_seq IS NOT NULL AND NEW.rowid IS OLD.rowid AND NEW.id IS OLD.id AND NEW.campaign IS OLD.campaign AND NEW.item IS OLD.item AND NEW.stage IS OLD.stage AND NEW.reviewer IS OLD.reviewer AND NEW.rule IS OLD.rule AND NEW.from_seq IS OLD.from_seq)
BEGIN SELECT RAISE(ABORT, 'append-only: a row of assignment may only be ended, once'); END;

-- The frozen items of a population. Nothing sees them before a campaign names
-- the population; what a failed staging leaves is never seen.
CREATE TABLE item (
  population TEXT NOT NULL CHECK (population <> ''),
  no INTEGER NOT NULL CHECK (no >= 1),
  grant_id TEXT NOT NULL,
  holder_kind TEXT NOT NULL CHECK (holder_kind IN ('principal', 'group', 'role', 'everyone')),
  holder TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('agent', 'area', 'source', 'group', 'role', 'account', 'agent-role', 'duty', 'access-type', 'creator')),
  target TEXT NOT NULL,
  agent TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('None', 'View & Use', 'Edit', 'Read', 'View', 'Use', 'Member', 'Manager', 'Default role', 'Held', 'Admin', 'User', 'Super Admin', 'Private', 'Group-Restricted', 'Organization', 'Creator')),
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
CREATE INDEX item_holder ON item (population, holder, no);
CREATE INDEX item_target ON item (population, target_name, no);
CREATE INDEX item_risk ON item (population, risk, no);
CREATE TRIGGER item_stays BEFORE DELETE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never deleted'); END;
CREATE TRIGGER item_fixed BEFORE UPDATE ON item
BEGIN SELECT RAISE(ABORT, 'append-only: a row of item is never changed'); END;

-- Who answers for a frozen item, as staged; pos is the order among the item's.
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
CREATE INDEX staged_reviewer ON staged_assignment (population, stage, reviewer, no);
CREATE TRIGGER staged_assignment_stays BEFORE DELETE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never deleted'); END;
CREATE TRIGGER staged_assignment_fixed BEFORE UPDATE ON staged_assignment
BEGIN SELECT RAISE(ABORT, 'append-only: a row of staged_assignment is never changed'); END;

-- Ordinary rows, outside the log's state.
CREATE TABLE mapping (
  name TEXT PRIMARY KEY,
  spec TEXT NOT NULL
) STRICT;
CREATE TABLE pref (
  person TEXT NOT NULL,
  key    TEXT NOT NULL,
  value  TEXT NOT NULL,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
