-- Encounters that were derived from claims, with their codes, make room for what files say.
delete from core.encounter_code
where encounter_id in (select encounter_id from core.encounter where origin = 'claim');
delete from core.encounter
where origin = 'claim';
