"""What a result can be published as, and what the user says about it."""

from .product import (
    LOW_CONFIDENCE,
    OPTION_WORDS,
    PRODUCTS,
    OptionWords,
    Product,
    PublishOptions,
    option_types,
    product,
)

__all__ = [
    "LOW_CONFIDENCE", "OPTION_WORDS", "PRODUCTS", "OptionWords", "Product", "PublishOptions", "option_types", "product",
]  # fmt: skip
