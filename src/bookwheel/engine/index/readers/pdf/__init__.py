"""PDF: the text of pages with their tables, forms and notes, and of scanned pages."""
