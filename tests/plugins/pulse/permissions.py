"""Who may open the pages of pulse, for tests/test_permissions.py."""

TABLE = {
    "pulse.create_delay": "manager",
    "pulse.destroy_delays": "manager",
    "pulse.show": "manager",
    "pulse_funnel.index_links": "manager",
    "pulse_funnel.index_products": "manager",
    "pulse_health.show": "manager",
    "pulse_metrics.export": "manager",
    "pulse_metrics.show": "manager",
    "pulse_pool.export": "manager",
    "pulse_pool.show": "manager",
    "pulse_pool.show_formula": "member",
    "pulse_pool.update": "manager",
}
