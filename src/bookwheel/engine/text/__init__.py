"""Reading natural language: terms, sentences, names, figures and dates; knows no store and no model."""
