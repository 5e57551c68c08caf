"""The screens of research mode."""
