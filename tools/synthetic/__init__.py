"""The invented universe: encounters, charts, coders and payers, written as the files a hospital would hold.

Everything follows from one seed; the same seed writes the same bytes on every machine.
"""
