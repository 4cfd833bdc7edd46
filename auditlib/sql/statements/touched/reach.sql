-- From the keys that a load changes to all that it touches, as the tables stand now. Repeated after a deletion, it adds to
-- what was touched before it: so what hung together by a row that is gone is touched on both sides.
--
-- An account is a control number up to its first tilde: the id of an encounter (claim_encounter) begins with it.
insert into touched_account
select split_part(claim.patient_control_number, '~', 1) as key
from core.claim as claim
where claim.claim_id in (select changed_claim.key from changed_claim)
union
select split_part(remit_claim.patient_control_number, '~', 1) as key
from core.remit_claim as remit_claim
where remit_claim.remit_claim_id in (select changed_payment.key from changed_payment)
union
select split_part(remit_claim.patient_control_number, '~', 1) as key
from core.remit_claim as remit_claim
where remit_claim.remittance_id in (select changed_remittance.key from changed_remittance)
union
select split_part(changed_encounter.key, '~', 1) as key
from changed_encounter
union
select split_part(changed_number.key, '~', 1) as key
from changed_number
where changed_number.key is not null;

-- Accounts hang together where a claim refers to the payer's number of a payment, or a payment names a claim's address.
create or replace temporary table touching as
with referring as (
  select distinct
    claim.original_reference_number as number,
    split_part(claim.patient_control_number, '~', 1) as account
  from core.claim as claim
  where claim.original_reference_number is not null
),

referred as (
  select distinct
    remit_claim.payer_claim_control_number as number,
    split_part(remit_claim.patient_control_number, '~', 1) as account
  from core.remit_claim as remit_claim
  where remit_claim.payer_claim_control_number in (select referring.number from referring)
),

pair as (
  select
    referring.account as one,
    referred.account as other
  from referring
  inner join referred
    on referred.number = referring.number and referred.account <> referring.account
  union
  select
    split_part(claim.patient_control_number, '~', 1) as one,
    split_part(remit_claim.patient_control_number, '~', 1) as other
  from core.answered_address as answered_address
  inner join core.claim_address as claim_address
    on claim_address.address = answered_address.address
  inner join core.claim as claim
    on claim.claim_id = claim_address.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = answered_address.remit_claim_id
)

select pair.one, pair.other
from pair
union
select pair.other as one, pair.one as other
from pair;

insert into touched_account
with recursive reached as (
  select touched_account.key
  from touched_account
  union
  select touching.other as key
  from reached
  inner join touching
    on touching.one = reached.key
)

select reached.key
from reached
except
select touched_account.key
from touched_account;

drop table touching;

-- Few control numbers have a tilde, and to split all of them takes long.
create or replace temporary table reached_claim as
select
  claim.claim_id,
  claim.patient_id
from core.claim as claim
where claim.patient_control_number in (select touched_account.key from touched_account)
union all
select
  claim.claim_id,
  claim.patient_id
from core.claim as claim
where
  claim.patient_control_number like '%~%'
  and split_part(claim.patient_control_number, '~', 1) in (select touched_account.key from touched_account);

insert into touched_claim
select reached_claim.claim_id as key
from reached_claim
union
select changed_claim.key
from changed_claim
except
select touched_claim.key
from touched_claim;

insert into touched_payment
select remit_claim.remit_claim_id as key
from core.remit_claim as remit_claim
where remit_claim.patient_control_number in (select touched_account.key from touched_account)
union
select remit_claim.remit_claim_id as key
from core.remit_claim as remit_claim
where
  remit_claim.patient_control_number like '%~%'
  and split_part(remit_claim.patient_control_number, '~', 1) in (select touched_account.key from touched_account)
union
select changed_payment.key
from changed_payment
except
select touched_payment.key
from touched_payment;

-- Encounters that follow from claims are there as of the last load.
insert into touched_encounter
select claim_encounter.encounter_id as key
from core.claim_encounter as claim_encounter
where claim_encounter.claim_id in (select touched_claim.key from touched_claim)
union
select encounter.encounter_id as key
from core.encounter as encounter
where
  encounter.origin <> 'claim'
  and split_part(encounter.encounter_id, '~', 1) in (select touched_account.key from touched_account)
union
select document.encounter_id as key
from core.document as document
where split_part(document.encounter_id, '~', 1) in (select touched_account.key from touched_account)
union
select changed_encounter.key
from changed_encounter
except
select touched_encounter.key
from touched_encounter;

create or replace temporary table touched_number as
select distinct claim_status.patient_control_number as key
from core.claim_status as claim_status
where split_part(claim_status.patient_control_number, '~', 1) in (select touched_account.key from touched_account);

create or replace temporary table touched_address as
select distinct answered_address.address as key
from core.answered_address as answered_address
where answered_address.remit_claim_id in (select touched_payment.key from touched_payment);

insert into touched_patient
select reached_claim.patient_id as key
from reached_claim
where reached_claim.patient_id is not null
except
select touched_patient.key
from touched_patient;

drop table reached_claim;

-- The claims of a patient are judged together, each by the other claims of its account.
create or replace temporary table judged_account as
select
  claim.claim_id,
  split_part(claim.patient_control_number, '~', 1) as account
from core.claim as claim
where claim.patient_id in (select touched_patient.key from touched_patient);

create or replace temporary table judged_claim as
select judged_account.claim_id as key
from judged_account
union
select touched_claim.key
from touched_claim;

create or replace temporary table related_claim as
with other_account as (
  select judged_account.account
  from judged_account
  except
  select touched_account.key
  from touched_account
)

select judged_claim.key
from judged_claim
union
select claim.claim_id as key
from core.claim as claim
where claim.patient_control_number in (select other_account.account from other_account)
union
select claim.claim_id as key
from core.claim as claim
where
  claim.patient_control_number like '%~%'
  and split_part(claim.patient_control_number, '~', 1) in (select other_account.account from other_account);

drop table judged_account;

-- A remittance balances with all of its payments.
insert into settled_remittance
select remit_claim.remittance_id as key
from core.remit_claim as remit_claim
where remit_claim.remit_claim_id in (select changed_payment.key from changed_payment)
union
select changed_remittance.key
from changed_remittance
except
select settled_remittance.key
from settled_remittance;

insert into settled_payment
select remit_claim.remit_claim_id as key
from core.remit_claim as remit_claim
where remit_claim.remittance_id in (select settled_remittance.key from settled_remittance)
union
select changed_payment.key
from changed_payment
except
select settled_payment.key
from settled_payment;
