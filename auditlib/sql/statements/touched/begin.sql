-- Empty lists of the keys that a load changes, and of those that it touches.
create or replace temporary table changed_claim (key bigint);
create or replace temporary table changed_payment (key bigint);
create or replace temporary table changed_remittance (key bigint);
create or replace temporary table changed_encounter (key varchar);
create or replace temporary table changed_number (key varchar);
create or replace temporary table touched_account (key varchar);
create or replace temporary table touched_claim (key bigint);
create or replace temporary table touched_payment (key bigint);
create or replace temporary table touched_encounter (key varchar);
create or replace temporary table touched_patient (key varchar);
create or replace temporary table settled_remittance (key bigint);
create or replace temporary table settled_payment (key bigint);
