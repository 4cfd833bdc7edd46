-- What the touched accounts have, and what is judged beside it.
create or replace temporary table reached_claim as
select
  claim.claim_id,
  claim.patient_id
from core.claim as claim
where claim.patient_control_number in (select touched_account.key from touched_account)
union all
select
  tilde_claim.claim_id,
  tilde_claim.patient_id
from tilde_claim
where tilde_claim.account in (select touched_account.key from touched_account);

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
select tilde_payment.remit_claim_id as key
from tilde_payment
where tilde_payment.account in (select touched_account.key from touched_account)
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
select tilde_claim.claim_id as key
from tilde_claim
where tilde_claim.account in (select other_account.account from other_account);

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

drop table tilde_claim;
drop table tilde_payment;
drop table new_account;
drop table addressed_account;
