"""A new company's first report (开始): files of any kind → workbook, parameters, pages."""
