"""Pure numbers for audits: intervals, appraisals, sample sizes, random numbers, agreement, control charts.

Nothing here reads a file, a clock or a frame. Import the module that holds the idea, as
``from auditlib.stats.intervals.proportion import wilson_interval``. Functions that need scipy load it.
"""
