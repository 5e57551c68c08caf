"""Files of office programs: Word, Excel and PowerPoint, OpenDocument, rich text."""
