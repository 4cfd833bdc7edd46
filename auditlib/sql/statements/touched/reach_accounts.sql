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

-- Few control numbers have a tilde, and to split all of them takes long.
create or replace temporary table tilde_claim as
select
  claim.claim_id,
  claim.patient_id,
  claim.original_reference_number,
  split_part(claim.patient_control_number, '~', 1) as account
from core.claim as claim
where claim.patient_control_number like '%~%';

create or replace temporary table tilde_payment as
select
  remit_claim.remit_claim_id,
  remit_claim.payer_claim_control_number,
  split_part(remit_claim.patient_control_number, '~', 1) as account
from core.remit_claim as remit_claim
where remit_claim.patient_control_number like '%~%';

-- Accounts that hang together since a payment names a claim's address, in both directions.
create or replace temporary table addressed_account as
with addressed as (
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

select addressed.one, addressed.other
from addressed
union
select addressed.other as one, addressed.one as other
from addressed;

create or replace temporary table new_account as
select touched_account.key
from touched_account;
