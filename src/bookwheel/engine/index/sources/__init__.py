"""Collections of documents that other programs keep: Zotero libraries, Obsidian vaults, saved web pages."""
