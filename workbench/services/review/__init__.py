"""Reviews of what an audit doubts, and what they tell of the labels."""
