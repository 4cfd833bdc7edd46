-- title: Claim payments that were loaded, by payer and by how they were matched to claims
-- row: one payer and matching method; the methods that begin with 'unmatched' hold payments without a claim
select
  cast(coalesce(remittance.payer_id, 'unknown') as varchar) as payer_id,
  cast(min(coalesce(remittance.payer_name, remittance.payer_id, 'unknown')) as varchar) as payer_name,
  cast(case when claim_link.claim_id is null then false else true end as boolean) as is_matched,
  cast(coalesce(claim_link.link_method, 'unmatched: not linked yet') as varchar) as link_method,
  cast(count(*) as bigint) as payment_count,
  cast(sum(remit_claim.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(remit_claim.paid_amount) as decimal(18, 2)) as paid_amount
from core.remit_claim as remit_claim
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
left join core.claim_link as claim_link
  on claim_link.remit_claim_id = remit_claim.remit_claim_id
group by
  coalesce(remittance.payer_id, 'unknown'),
  case when claim_link.claim_id is null then false else true end,
  coalesce(claim_link.link_method, 'unmatched: not linked yet')
order by payer_id, is_matched, link_method
