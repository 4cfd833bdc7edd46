-- From the accounts that were reached last to those that hang together with them, which are the next ones: a claim refers
-- to the payer's number of a payment, or a payment names a claim's address. Repeated until nothing new is reached.
create or replace temporary table referred_number as
select claim.original_reference_number as key
from core.claim as claim
where
  claim.patient_control_number in (select new_account.key from new_account)
  and claim.original_reference_number is not null
union
select tilde_claim.original_reference_number as key
from tilde_claim
where
  tilde_claim.account in (select new_account.key from new_account)
  and tilde_claim.original_reference_number is not null;

create or replace temporary table payer_number as
select remit_claim.payer_claim_control_number as key
from core.remit_claim as remit_claim
where
  remit_claim.patient_control_number in (select new_account.key from new_account)
  and remit_claim.payer_claim_control_number is not null
union
select tilde_payment.payer_claim_control_number as key
from tilde_payment
where
  tilde_payment.account in (select new_account.key from new_account)
  and tilde_payment.payer_claim_control_number is not null;

create or replace temporary table new_account as
select split_part(remit_claim.patient_control_number, '~', 1) as key
from core.remit_claim as remit_claim
where remit_claim.payer_claim_control_number in (select referred_number.key from referred_number)
union
select split_part(claim.patient_control_number, '~', 1) as key
from core.claim as claim
where claim.original_reference_number in (select payer_number.key from payer_number)
union
select addressed_account.other as key
from addressed_account
where addressed_account.one in (select new_account.key from new_account)
except
select touched_account.key
from touched_account;

insert into touched_account
select new_account.key
from new_account;

drop table referred_number;
drop table payer_number;
