"""A file of any kind → typed rows, with every change told (读取)."""
