-- The codes of which a loaded HCPCS release has a record, with the days of the release.
select
  hcpcs_detail.code,
  hcpcs_detail.release,
  release.effective_from,
  release.effective_to
from ref.hcpcs_detail as hcpcs_detail
inner join ref.release as release
  on release.code_system = hcpcs_detail.code_system and release.release = hcpcs_detail.release
where hcpcs_detail.code_system = $code_system
order by hcpcs_detail.code, release.effective_from
