"""Who may open the pages of points, for tests/test_permissions.py."""

TABLE = {
    "points.create_handout": "member",
    "points.index": "public",
    "points_manage.create": "manager",
    "points_manage.create_cancelling": "manager",
    "points_manage.create_ending": "manager",
    "points_manage.create_handing": "manager",
    "points_manage.create_top": "manager",
    "points_manage.index": "manager",
    "points_manage.new": "manager",
    "points_manage.new_top": "manager",
    "points_manage.show": "manager",
    "points_own.index": "signed_in",
    "points_tops.index": "public",
    "points_tops.show": "public",
}
