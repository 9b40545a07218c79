"""Labeling functions: their files, running them, and what is known of them."""
