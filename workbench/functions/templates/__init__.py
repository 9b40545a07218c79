"""Labeling functions from parameters alone, each searched block by block."""
