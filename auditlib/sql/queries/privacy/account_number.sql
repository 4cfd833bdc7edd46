-- Every number by which an encounter, a claim or a payment is known outside of the workspace.
select encounter.encounter_id as account_number from core.encounter as encounter
union
select claim.patient_control_number from core.claim as claim
union
select remit_claim.patient_control_number from core.remit_claim as remit_claim
union
select remit_claim.payer_claim_control_number from core.remit_claim as remit_claim
