"""What orders are to a total (订单的分量): which indicators rest on them, what each weighs."""

from typing import TYPE_CHECKING

import numpy as np

from kit.scheme import Scheme
from kit.scheme.formula import terms
from kit.scoring.panel import Panel

if TYPE_CHECKING:
    from kit.scoring.grid import Grid

Array = np.ndarray
ORDERED = {"orders", "revenue", "revenue_net", "new_customers", "order_revenue", "margin_net"}


def scarce(scheme: Scheme, data: Panel) -> Array:
    """Who has too few orders for an interval (单量太少): normal theory fails under heavy tails."""
    return data.total["orders"] < scheme.uncertainty.min_orders


def ordered(scheme: Scheme, names: list[str]) -> Array:
    """Indicators that rest on orders (以订单为据的指标)."""
    return np.array([any(_sides(scheme, name)) for name in names])


def weight(data: Panel, found: "Grid", pull: Array, scheme: Scheme) -> Array:
    """Points of the total that one more order is worth, a person (每单分值); 0 without orders.

    Sales, conversion and ROI grow with orders, costs per customer fall; an average of orders does
    not grow, yet its chance is as large.
    """
    whole = np.zeros(len(pull))
    for i, name in enumerate(found.names):
        top, under = _sides(scheme, name)
        size = np.nan_to_num(pull[:, i] * found.values[i].actual)
        whole = whole + (np.abs(size) if top and under else size * (int(top) - int(under)))
    orders = np.nan_to_num(data.total["orders"])
    return np.abs(np.where(orders > 0, whole / np.where(orders > 0, orders, 1), 0.0))


def _sides(scheme: Scheme, name: str) -> tuple[bool, bool]:
    """Whether the numerator and the denominator of an indicator rest on orders."""
    of = scheme.library[name]
    top, under = ({part for _, part in terms(s)} if s else set() for s in (of.top, of.under))
    return bool(top & ORDERED), bool(under & ORDERED)
