"""The screen on which codes are looked up."""

from auditlib.widgets.code_browser.code_browser import CodeBrowser

__all__ = ["CodeBrowser"]
