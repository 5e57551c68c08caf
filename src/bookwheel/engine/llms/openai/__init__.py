"""OpenAI and every endpoint that speaks its protocol."""
