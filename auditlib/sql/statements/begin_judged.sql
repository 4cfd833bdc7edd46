-- What checks and rules say, until `add_findings` and `add_outcomes` keep it: a row a finding, or one of a check without any.
create or replace temporary table judged (
  check_id varchar,
  finding_number bigint,
  eligible_count bigint,
  not_checked_count bigint,
  claim_id bigint,
  encounter_id varchar,
  item_number bigint,
  code_system varchar,
  code varchar,
  related_code varchar,
  service_date date,
  detail varchar,
  release varchar,
  at_stake_amount decimal(18, 2)
)
