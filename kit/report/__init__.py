"""Plan, run, render, index, close and forget reports (报告)."""
