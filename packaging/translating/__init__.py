"""Parts of the tool that brings translations up to date and checks them."""
