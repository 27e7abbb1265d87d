"""A seeded synthetic company: demo, format document and fixture at once (示例数据)."""
