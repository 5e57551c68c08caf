"""What forbids a quotation: it has the words of the question, and lacks what is asked, or says it of another thing."""
