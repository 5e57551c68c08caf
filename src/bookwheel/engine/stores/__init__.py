"""Where documents and passages are kept and found."""
