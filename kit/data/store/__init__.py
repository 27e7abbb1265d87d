"""Where rows live and what is remembered (存储)."""
