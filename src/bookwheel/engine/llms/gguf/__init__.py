"""Runs a model file (GGUF) on this machine: llama.cpp's server in a child process; the extra `gguf`."""
