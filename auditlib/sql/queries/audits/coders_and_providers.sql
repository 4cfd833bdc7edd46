-- The ids of all who coded or treated.
select coder_id as person_id from core.encounter where coder_id is not null
union
select provider_id as person_id from core.encounter where provider_id is not null
order by person_id
