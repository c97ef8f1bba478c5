"""What authors of plugins test with: `pytest_plugins = ["shop.testing.fixtures"]`, and the contract in contract.py."""
