CREATE TABLE accounts (
  address text primary key,
  fragment text not null unique,
  public_key text not null,
  created_at integer not null,
  revision integer not null
) strict;

CREATE TABLE anchors (
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

CREATE UNIQUE INDEX anchors_by_root on anchors (registry_id, root) where root is not null and state <> 'failed';

CREATE INDEX anchors_by_time on anchors (created_at, id);

CREATE INDEX anchors_by_transaction on anchors (transaction_id) where transaction_id is not null;

CREATE INDEX anchors_collecting on anchors (network, partition, created_at) where state = 'collecting';

CREATE INDEX anchors_confirmed on anchors (network, created_at) where state = 'confirmed';

CREATE INDEX anchors_open on anchors (network, created_at) where state in ('collecting', 'sealed');

CREATE TABLE api_keys (
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

CREATE TABLE applied_migrations (
  version integer primary key,
  name text not null,
  sha256 text not null,
  applied_at integer not null
) strict;

CREATE TABLE asset_contents (
  asset_id text primary key references assets (id),
  partition text not null,
  content blob not null,
  revision integer not null
) strict;

CREATE TABLE asset_uses (
  asset_id text not null references assets (id),
  template_id text not null references templates (id),
  version integer not null,
  partition text not null,
  revision integer not null,
  primary key (asset_id, template_id, version)
) strict;

CREATE INDEX asset_uses_by_template on asset_uses (template_id);

CREATE TABLE assets (
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

CREATE INDEX assets_by_time on assets (partition, created_at, id);

CREATE TABLE batch_errors (
  batch_id text not null references batches (id),
  partition text not null,
  "index" integer not null,
  code text not null,
  message text not null,
  field text,
  revision integer not null,
  primary key (batch_id, "index")
) strict;

CREATE TABLE batch_rows (
  batch_id text not null references batches (id),
  partition text not null,
  chunk integer not null,
  rows text not null,
  revision integer not null,
  primary key (batch_id, chunk)
) strict;

CREATE TABLE batches (
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

CREATE INDEX batches_by_time on batches (partition, created_at, id);

CREATE INDEX batches_open on batches (created_at) where status in ('queued', 'processing');

CREATE TABLE certificate_versions (
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

CREATE INDEX versions_by_anchor on certificate_versions (anchor_id, leaf_index) where anchor_id is not null;

CREATE INDEX versions_waiting on certificate_versions (network, partition, ready_at) where anchor_id is null and ready_at is not null;

CREATE TABLE certificates (
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

CREATE INDEX certificates_by_batch on certificates (batch_id, batch_index) where batch_id is not null;

CREATE INDEX certificates_by_expiry on certificates (partition, expires_at) where expires_at is not null;

CREATE INDEX certificates_by_recipient on certificates (partition, recipient_email, created_at) where recipient_email is not null;

CREATE INDEX certificates_by_template on certificates (partition, template_id, created_at, id);

CREATE INDEX certificates_by_time on certificates (partition, created_at, id);

CREATE TABLE claims (
  scope text not null,
  key text not null,
  holder text not null,
  primary key (scope, key)
) strict, without rowid;

CREATE INDEX claims_by_holder on claims (holder);

CREATE TABLE credentials (
  certificate_id text not null references certificates (id),
  version integer not null,
  partition text not null,
  credential text,
  revision integer not null,
  primary key (certificate_id, version)
) strict;

CREATE TABLE designs (
  hash text not null,
  partition text not null check (partition in ('live', 'test')),
  design text not null,
  created_at integer not null,
  revision integer not null,
  primary key (hash, partition)
) strict;

CREATE TABLE event_head (one integer primary key check (one = 1), seq integer not null, hash text not null) strict;

CREATE TABLE events (
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

CREATE INDEX events_by_subject on events (subject, seq);

CREATE TABLE idempotent_answers (
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

CREATE INDEX idempotent_answers_by_subject on idempotent_answers (subject);

CREATE INDEX idempotent_answers_by_time on idempotent_answers (created_at);

CREATE TABLE instance_values (
  name text primary key,
  value text not null,
  revision integer not null
) strict;

CREATE TABLE jobs (
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

CREATE INDEX jobs_dead on jobs (kind) where state = 'dead';

CREATE INDEX jobs_due on jobs (kind, run_at) where state = 'open';

CREATE INDEX jobs_finished on jobs (done_at) where state = 'done';

CREATE INDEX jobs_leased on jobs (kind, lease_until) where state = 'open' and lease_until > 0;

CREATE TABLE lanes (
  id text primary key,
  network text not null,
  account text not null,
  hold text,
  detail text,
  held_since integer,
  updated_at integer not null,
  revision integer not null
) strict;

CREATE TABLE leases (
  name text primary key,
  holder text not null,
  token integer not null,
  until integer not null
) strict;

CREATE TABLE mails (
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

CREATE INDEX mails_by_certificate on mails (certificate_id, created_at) where certificate_id is not null;

CREATE INDEX mails_by_time on mails (partition, created_at, id);

CREATE TABLE reanchors (
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

CREATE INDEX reanchors_by_time on reanchors (created_at, id);

CREATE TABLE registries (
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

CREATE UNIQUE INDEX registries_current on registries (network, partition, did) where retired_at is null;

CREATE TABLE replicas (
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

CREATE INDEX replicas_by_reanchor on replicas (reanchor_id, state);

CREATE INDEX replicas_by_root on replicas (root);

CREATE INDEX replicas_by_transaction on replicas (transaction_id);

CREATE TABLE revocations (
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

CREATE INDEX revocations_by_certificate on revocations (certificate_id, created_at);

CREATE INDEX revocations_by_list on revocations (status_list, status_index);

CREATE INDEX revocations_by_transaction on revocations (transaction_id, created_at) where transaction_id is not null;

CREATE INDEX revocations_open on revocations (state) where state in ('queued', 'sent');

CREATE INDEX revocations_queued on revocations (network, partition, created_at) where state = 'queued';

CREATE TABLE sequences (
  name text primary key,
  next integer not null
) strict;

CREATE TABLE status_lists (
  number integer primary key,
  partition text not null,
  credential text not null,
  revoked integer not null,
  updated_at integer not null,
  revision integer not null
) strict;

CREATE TABLE template_versions (
  template_id text not null references templates (id),
  partition text not null,
  version integer not null,
  definition text not null,
  created_at integer not null,
  created_by text not null,
  revision integer not null,
  primary key (template_id, version)
) strict;

CREATE TABLE templates (
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

CREATE TABLE transaction_attempts (
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

CREATE INDEX attempts_by_transaction on transaction_attempts (transaction_id, created_at);

CREATE TABLE transactions (
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

CREATE INDEX transactions_by_network on transactions (network, created_at);

CREATE INDEX transactions_open on transactions (lane, created_at) where state in ('queued', 'signed', 'mined');

CREATE INDEX transactions_open_lanes on transactions (network, lane) where state in ('queued', 'signed', 'mined');

CREATE INDEX transactions_settled on transactions (network, final_at) where final_at is not null;

CREATE TABLE visit_days (
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

CREATE INDEX visit_days_by_day on visit_days (partition, day, template_id);

CREATE TABLE visits (
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
