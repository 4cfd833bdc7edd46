"""Corrected claims for billing, as 837 or CSV."""
