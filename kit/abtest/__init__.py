"""What a test showed, how sure that is, and what to do next (A/B 测试)."""
