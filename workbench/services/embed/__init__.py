"""Features of the texts: embeddings and what is kept of them."""
