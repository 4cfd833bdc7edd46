-- title: The codes of visits whose levels are compared
-- row: one code of a visit, whose kind has more than one level
-- key: code
-- rule: of two codes of one kind the higher number is the higher level; the list is that of codes/visit_levels.csv
-- source: CMS physician fee schedule final rules for 2021 and 2023 (levels of visits)
select
  cast(visit.code as varchar) as code,
  cast(visit.visit_kind as varchar) as visit_kind
from (
  values
    ('99202', 'new office visit'),
    ('99203', 'new office visit'),
    ('99204', 'new office visit'),
    ('99205', 'new office visit'),
    ('99211', 'later office visit'),
    ('99212', 'later office visit'),
    ('99213', 'later office visit'),
    ('99214', 'later office visit'),
    ('99215', 'later office visit'),
    ('99221', 'first hospital visit'),
    ('99222', 'first hospital visit'),
    ('99223', 'first hospital visit'),
    ('99231', 'later hospital visit'),
    ('99232', 'later hospital visit'),
    ('99233', 'later hospital visit'),
    ('99234', 'hospital stay of one day'),
    ('99235', 'hospital stay of one day'),
    ('99236', 'hospital stay of one day'),
    ('99238', 'hospital discharge day'),
    ('99239', 'hospital discharge day'),
    ('99242', 'office consultation'),
    ('99243', 'office consultation'),
    ('99244', 'office consultation'),
    ('99245', 'office consultation'),
    ('99252', 'hospital consultation'),
    ('99253', 'hospital consultation'),
    ('99254', 'hospital consultation'),
    ('99255', 'hospital consultation'),
    ('99281', 'emergency visit'),
    ('99282', 'emergency visit'),
    ('99283', 'emergency visit'),
    ('99284', 'emergency visit'),
    ('99285', 'emergency visit'),
    ('99304', 'first nursing facility visit'),
    ('99305', 'first nursing facility visit'),
    ('99306', 'first nursing facility visit'),
    ('99307', 'later nursing facility visit'),
    ('99308', 'later nursing facility visit'),
    ('99309', 'later nursing facility visit'),
    ('99310', 'later nursing facility visit'),
    ('99315', 'nursing facility discharge day'),
    ('99316', 'nursing facility discharge day'),
    ('99341', 'new home visit'),
    ('99342', 'new home visit'),
    ('99344', 'new home visit'),
    ('99345', 'new home visit'),
    ('99347', 'later home visit'),
    ('99348', 'later home visit'),
    ('99349', 'later home visit'),
    ('99350', 'later home visit')
) as visit (code, visit_kind)
order by visit.code
