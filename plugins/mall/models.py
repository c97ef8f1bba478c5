"""The mall's tables: carts and their lines, addresses, shipping ways."""

from plugins.mall.addresses import Address
from plugins.mall.carts import Cart, CartLine
from plugins.mall.shipping import ShippingWay

__all__ = ["Address", "Cart", "CartLine", "ShippingWay"]
