"""The HTML page: template, style, script, and the step that fills them (页面模板)."""
