"""argv to verbs; each verb imports its room when called."""
