-- The code systems of which nothing is loaded but releases that can only confirm a code, with these releases.
select
  release.code_system,
  string_agg(release.release, ', ' order by release.effective_from) as releases
from ref.release as release
inner join (select distinct code.code_system, code.release from ref.code as code) as held
  on held.code_system = release.code_system
  and held.release = release.release
group by release.code_system
having min(case when coalesce(release.can_only_confirm, false) then 1 else 0 end) = 1
order by release.code_system
