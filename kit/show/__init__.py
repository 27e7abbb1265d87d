"""The toolkit of every page: blocks, tables, figures, sentences (展示)."""
