"""Mail, and what comes with it: calendars and contacts."""
