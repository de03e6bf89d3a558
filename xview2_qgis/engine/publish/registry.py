"""Which module writes which product: it has the product's name, and only the one that is asked for is imported."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from .product_format import ProductFormat


def product_format(name: str) -> ProductFormat:
    """Return the product of a name out of :data:`.products.PRODUCTS`: the ``FORMAT`` of the module of that name."""
    return cast("ProductFormat", import_module(f"{__package__}.formats.{name}").FORMAT)
