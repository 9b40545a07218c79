"""Diagnoses: the figures, what they mean, and what to do first."""
