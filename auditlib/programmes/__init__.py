"""Audit programmes as templates: what each demands of an audit, where that stands, and what follows."""

from auditlib.programmes.template import (
    Choice,
    PaymentYears,
    RuleSource,
    Template,
    find_template,
    templates,
)

__all__ = ["Choice", "PaymentYears", "RuleSource", "Template", "find_template", "templates"]
