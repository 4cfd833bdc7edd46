-- The first day of any visit.
select min(encounter.admit_date) as first_date from core.encounter as encounter
