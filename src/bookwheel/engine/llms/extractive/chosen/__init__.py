"""What is chosen: the evidence for each candidate, and the quotations that are made of them."""
