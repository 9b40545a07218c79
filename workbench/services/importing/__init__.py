"""From files to rows, votes and decisions."""
