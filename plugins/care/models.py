"""The tables of care."""

from plugins.care.alerts import CareAlert
from plugins.care.intros import CareIntro, CareReminder
from plugins.care.silence import CareNotice
from plugins.care.splitting import CareMove, CareSplit
from plugins.care.voices import CareObjection, CareVoice
from plugins.care.waiting import CareWaiting

__all__ = [
    "CareAlert",
    "CareIntro",
    "CareMove",
    "CareNotice",
    "CareObjection",
    "CareReminder",
    "CareSplit",
    "CareVoice",
    "CareWaiting",
]
