-- The first schema. Columns are snake_case of the row types in src/domain; JSON is text; times are Unix milliseconds.
-- Every entity row has a revision (optimistic lock); every row a customer owns has a partition (live or test).
create table api_keys (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  name text not null,
  key_hash text not null unique,
  prefix text not null,
  plan text not null,
  permissions text not null,
  allowed_cidrs text not null,
  expires_at integer,
  last_used_at integer,
  revoked_at integer,
  created_at integer not null,
  created_by text not null,
  revision integer not null
) strict;

create table templates (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  slug text not null,
  status text not null check (status in ('active', 'archived')),
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  revision integer not null,
  unique (partition, slug)
) strict;

create table template_versions (
  template_id text not null references templates (id),
  partition text not null,
  version integer not null,
  definition text not null,
  created_at integer not null,
  created_by text not null,
  revision integer not null,
  primary key (template_id, version)
) strict;

-- Designs by their content, apart from the versions that use them: nothing but a rendering reads them.
create table designs (
  hash text not null,
  partition text not null check (partition in ('live', 'test')),
  design text not null,
  created_at integer not null,
  revision integer not null,
  primary key (hash, partition)
) strict;

create table assets (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  kind text not null check (kind in ('image', 'font')),
  sha256 text not null,
  media_type text not null,
  name text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  family text,
  created_at integer not null,
  created_by text not null,
  revision integer not null,
  unique (partition, sha256)
) strict;
create index assets_by_time on assets (partition, created_at, id);

create table asset_contents (
  asset_id text primary key references assets (id),
  partition text not null,
  content blob not null,
  revision integer not null
) strict;

-- Which template versions need an asset: as long as there is one, it is kept.
create table asset_uses (
  asset_id text not null references assets (id),
  template_id text not null references templates (id),
  version integer not null,
  partition text not null,
  revision integer not null,
  primary key (asset_id, template_id, version)
) strict;
create index asset_uses_by_template on asset_uses (template_id);

create table certificates (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  template_id text not null,
  status text not null check (status in ('held', 'pending', 'issued', 'failed', 'revoked', 'withdrawn')),
  status_reason text,
  version integer not null,
  latest_version integer not null,
  recipient_name text,
  recipient_email text,
  batch_id text,
  batch_index integer,
  network text not null,
  notify integer not null,
  hold_until integer,
  issued_on text not null,
  expires_at integer,
  issued_at integer,
  revoked_at integer,
  erased_at integer,
  created_at integer not null,
  created_by text not null,
  updated_at integer not null,
  revision integer not null
) strict;
create index certificates_by_time on certificates (partition, created_at, id);
create index certificates_by_template on certificates (partition, template_id, created_at, id);
create index certificates_by_recipient on certificates (partition, recipient_email, created_at) where recipient_email is not null;
create index certificates_by_batch on certificates (batch_id, batch_index) where batch_id is not null;
create index certificates_by_expiry on certificates (partition, expires_at) where expires_at is not null;

-- One row per version of a certificate: n+1 supersedes n. Personal columns become null at erasure, the leaf stays.
create table certificate_versions (
  certificate_id text not null references certificates (id),
  version integer not null,
  partition text not null,
  network text not null,
  template_id text not null,
  template_version integer not null,
  recipient_name text,
  recipient_email text,
  recipient_external_id text,
  recipient_language text,
  fields text,
  metadata text,
  issued_on text not null,
  expires_at integer,
  leaf text not null,
  registry_id text not null,
  status_list integer not null,
  status_index integer not null,
  supersedes text,
  reason text,
  ready_at integer,
  anchor_id text,
  leaf_index integer,
  path text,
  confirmed_at integer,
  ended_at integer,
  created_at integer not null,
  created_by text not null,
  revision integer not null,
  primary key (certificate_id, version)
) strict;
-- What waits for a tree, and what an anchor holds.
create index versions_waiting on certificate_versions (network, partition, ready_at) where anchor_id is null and ready_at is not null;
create index versions_by_anchor on certificate_versions (anchor_id, leaf_index) where anchor_id is not null;
-- No index on leaf or status index: both are random, so each would cost a page write per certificate. Indexes of status
-- lists are unique by construction (a permutation of a sequence).

-- The signed documents, apart from their versions: 2.5 kB that no later change to a version has to write again.
create table credentials (
  certificate_id text not null references certificates (id),
  version integer not null,
  partition text not null,
  credential text,
  revision integer not null,
  primary key (certificate_id, version)
) strict;

create table batches (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  template_id text not null,
  status text not null check (status in ('queued', 'processing', 'completed')),
  total integer not null,
  completed integer not null,
  failed integer not null,
  rows_read integer not null,
  rows_done integer not null,
  notify integer not null,
  hold_until integer,
  network text not null,
  source text not null,
  created_at integer not null,
  created_by text not null,
  completed_at integer,
  revision integer not null
) strict;
create index batches_by_time on batches (partition, created_at, id);
create index batches_open on batches (created_at) where status in ('queued', 'processing');

-- Rows that were not read yet, in chunks; a chunk is deleted by the commit that reads it.
create table batch_rows (
  batch_id text not null references batches (id),
  partition text not null,
  chunk integer not null,
  rows text not null,
  revision integer not null,
  primary key (batch_id, chunk)
) strict;

create table batch_errors (
  batch_id text not null references batches (id),
  partition text not null,
  "index" integer not null,
  code text not null,
  message text not null,
  field text,
  revision integer not null,
  primary key (batch_id, "index")
) strict;

-- The registry that new certificates name is the one that is not retired; older certificates keep theirs.
create table registries (
  id text primary key,
  network text not null,
  chain_id integer not null,
  partition text not null,
  did text not null,
  address text,
  transaction_id text,
  created_at integer not null,
  ready_at integer,
  retired_at integer,
  revision integer not null
) strict;
create unique index registries_current on registries (network, partition, did) where retired_at is null;

create table anchors (
  id text primary key,
  partition text not null,
  network text not null,
  chain_id integer not null,
  registry_id text not null references registries (id),
  state text not null check (state in ('collecting', 'sealed', 'confirmed', 'failed')),
  root text,
  size integer not null,
  fillers text not null,
  transaction_id text,
  transaction_hash text,
  block_number integer,
  block_time integer,
  method text not null,
  created_at integer not null,
  sealed_at integer,
  confirmed_at integer,
  recorded integer not null,
  reason text,
  revision integer not null
) strict;
create index anchors_collecting on anchors (network, partition, created_at) where state = 'collecting';
create index anchors_open on anchors (network, created_at) where state in ('collecting', 'sealed');
create index anchors_confirmed on anchors (network, created_at) where state = 'confirmed';
create index anchors_by_time on anchors (created_at, id);
create index anchors_by_transaction on anchors (transaction_id) where transaction_id is not null;
create unique index anchors_by_root on anchors (registry_id, root) where root is not null and state <> 'failed';

-- A leaf is revoked in every registry that holds its root: one row each.
create table revocations (
  leaf text not null,
  partition text not null,
  network text not null,
  registry_id text not null references registries (id),
  certificate_id text not null,
  version integer not null,
  reason integer not null,
  status_list integer not null,
  status_index integer not null,
  transaction_id text,
  state text not null check (state in ('queued', 'sent', 'final')),
  created_at integer not null,
  final_at integer,
  revision integer not null,
  primary key (leaf, reason, registry_id)
) strict;
create index revocations_queued on revocations (network, partition, created_at) where state = 'queued';
create index revocations_open on revocations (state) where state in ('queued', 'sent');
create index revocations_by_transaction on revocations (transaction_id, created_at) where transaction_id is not null;
create index revocations_by_list on revocations (status_list, status_index);
create index revocations_by_certificate on revocations (certificate_id, created_at);

-- One row per operation of a lane (chain, account); one nonce belongs to one operation.
create table transactions (
  id text primary key,
  lane text not null,
  network text not null,
  key text not null,
  kind text not null check (kind in ('deploy', 'anchor', 'reanchor', 'revoke', 'set_operator', 'transfer_ownership', 'accept_ownership')),
  subject text not null,
  dest text,
  data text not null,
  state text not null check (state in ('queued', 'signed', 'mined', 'final', 'reverted', 'cancelled')),
  nonce integer,
  seen_from integer,
  hash text,
  block_number integer,
  block_hash text,
  block_time integer,
  contract_address text,
  gas integer,
  fee text,
  hold_until integer,
  cancel_asked_at integer,
  note text,
  created_at integer not null,
  final_at integer,
  revision integer not null,
  unique (lane, key),
  unique (lane, nonce)
) strict;
create index transactions_open on transactions (lane, created_at) where state in ('queued', 'signed', 'mined');
create index transactions_open_lanes on transactions (network, lane) where state in ('queued', 'signed', 'mined');
create index transactions_settled on transactions (network, final_at) where final_at is not null;
create index transactions_by_network on transactions (network, created_at);

create table transaction_attempts (
  hash text primary key,
  transaction_id text not null references transactions (id),
  raw text not null,
  max_fee text not null,
  tip text not null,
  gas integer not null,
  cancels integer not null,
  created_at integer not null,
  sent_at integer,
  sends integer not null,
  error text,
  stale integer not null,
  revision integer not null
) strict;
create index attempts_by_transaction on transaction_attempts (transaction_id, created_at);

-- Why a lane (chain, account) signs nothing at the moment.
create table lanes (
  id text primary key,
  network text not null,
  account text not null,
  hold text,
  detail text,
  held_since integer,
  updated_at integer not null,
  revision integer not null
) strict;

-- Every account that ever sent: each stays in did.json for ever, under a fragment of its own.
create table accounts (
  address text primary key,
  fragment text not null unique,
  public_key text not null,
  created_at integer not null,
  revision integer not null
) strict;

-- One order to anchor everything of a network once more on another; its cursor is the last anchor that was queued.
create table reanchors (
  id text primary key,
  from_network text not null,
  to_network text not null,
  state text not null check (state in ('open', 'done')),
  cursor text,
  created_at integer not null,
  created_by text not null,
  done_at integer,
  revision integer not null
) strict;
create index reanchors_by_time on reanchors (created_at, id);

-- A root that is anchored once more, in a registry of another chain.
create table replicas (
  anchor_id text not null references anchors (id),
  registry_id text not null references registries (id),
  reanchor_id text not null references reanchors (id),
  network text not null,
  chain_id integer not null,
  root text not null,
  state text not null check (state in ('queued', 'confirmed', 'failed')),
  transaction_id text not null,
  transaction_hash text,
  block_number integer,
  block_time integer,
  created_at integer not null,
  confirmed_at integer,
  revision integer not null,
  primary key (anchor_id, registry_id)
) strict;
create index replicas_by_reanchor on replicas (reanchor_id, state);
create index replicas_by_root on replicas (root);
create index replicas_by_transaction on replicas (transaction_id);

create table status_lists (
  number integer primary key,
  partition text not null,
  credential text not null,
  revoked integer not null,
  updated_at integer not null,
  revision integer not null
) strict;

create table mails (
  id text primary key,
  partition text not null check (partition in ('live', 'test')),
  certificate_id text,
  version integer,
  kind text not null,
  status text not null check (status in ('queued', 'captured', 'sent', 'failed', 'bounced')),
  to_name text,
  to_address text,
  subject text,
  text text,
  html text,
  report text,
  sample text,
  attachments text,
  message_id text not null,
  attempts integer not null,
  last_error text,
  created_at integer not null,
  sent_at integer,
  revision integer not null
) strict;
create index mails_by_time on mails (partition, created_at, id);
create index mails_by_certificate on mails (certificate_id, created_at) where certificate_id is not null;

create table visits (
  certificate_id text primary key references certificates (id),
  partition text not null,
  views integer not null,
  unique_views integer not null,
  verifications integer not null,
  last_viewed_at integer,
  referrers text not null,
  shares text not null,
  embeds text not null,
  locations text not null,
  revision integer not null
) strict;

-- The same counts by template and day of UTC, for periods. Days without a visit have no row.
create table visit_days (
  template_id text not null,
  day text not null,
  partition text not null,
  views integer not null,
  unique_views integer not null,
  verifications integer not null,
  embed_views integer not null,
  referrers text not null,
  shares text not null,
  locations text not null,
  revision integer not null,
  primary key (template_id, day)
) strict;
create index visit_days_by_day on visit_days (partition, day, template_id);

create table idempotent_answers (
  api_key_id text not null,
  key_hash text not null,
  request_hash text not null,
  status integer not null,
  body text,
  subject text not null,
  created_at integer not null,
  revision integer not null,
  primary key (api_key_id, key_hash)
) strict;
create index idempotent_answers_by_time on idempotent_answers (created_at);
create index idempotent_answers_by_subject on idempotent_answers (subject);

create table instance_values (
  name text primary key,
  value text not null,
  revision integer not null
) strict;

-- "This key is mine": idempotency keys, unique_by, rows of a batch, slugs. Personal keys are HMACs.
create table claims (
  scope text not null,
  key text not null,
  holder text not null,
  primary key (scope, key)
) strict, without rowid;
create index claims_by_holder on claims (holder);

create table events (
  seq integer primary key,
  id text not null,
  type text not null,
  partition text not null,
  subject text not null,
  actor text not null,
  data text not null,
  at integer not null,
  hash text not null
) strict;
create index events_by_subject on events (subject, seq);
create table event_head (one integer primary key check (one = 1), seq integer not null, hash text not null) strict;
insert into event_head (one, seq, hash) values (1, 0, '');

-- The truth about work: one row per (kind, ref). A dead job waits for a person.
create table jobs (
  id text primary key,
  kind text not null,
  ref text not null,
  state text not null check (state in ('open', 'done', 'dead')),
  payload text not null,
  run_at integer not null,
  attempt integer not null,
  wakes integer not null,
  failures integer not null,
  lease_until integer not null,
  last_error text,
  done_at integer,
  unique (kind, ref)
) strict;
create index jobs_due on jobs (kind, run_at) where state = 'open';
create index jobs_leased on jobs (kind, lease_until) where state = 'open' and lease_until > 0;
create index jobs_dead on jobs (kind) where state = 'dead';
create index jobs_finished on jobs (done_at) where state = 'done';

create table leases (
  name text primary key,
  holder text not null,
  token integer not null,
  until integer not null
) strict;

-- Numbers handed out in blocks: indexes of status lists.
create table sequences (
  name text primary key,
  next integer not null
) strict;
