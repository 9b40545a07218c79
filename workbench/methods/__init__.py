"""Pure numerics on arrays: no I/O, no clock, no printing, no global random state."""
