"""One page a notebook (页面): what each page says, and to whom."""
