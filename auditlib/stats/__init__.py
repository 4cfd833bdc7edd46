"""Pure numbers for audits: intervals, appraisals, sample sizes, random numbers, agreement, control charts.

Nothing here reads a file, a clock or a frame. Import the module that holds the idea, for example
``from auditlib.stats.intervals import wilson_interval``; scipy is loaded by the functions that need it.
"""
