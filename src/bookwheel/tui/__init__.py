"""The full-screen app: draws the transcript and passes keys on."""
