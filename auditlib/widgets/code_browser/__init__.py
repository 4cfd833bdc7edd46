"""The browser of code sets."""

from auditlib.widgets.code_browser.code_browser import CodeBrowser

__all__ = ["CodeBrowser"]
