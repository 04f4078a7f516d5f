# -*- coding: utf-8 -*-
"""Settings of the workers: broker, routes and the beat."""
from __future__ import annotations

import os
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab, schedule, solar

PREFIX = "shop"
NIGHTLY = crontab(hour=3, minute=0)

app = Celery("shop", broker=os.environ.get("BROKER", "redis://localhost"))
app.conf.enable_utc = True
app.conf.timezone = "America/Sao_Paulo"  # head office


@app.task(bind=True)
def debug(self, *args):
    print(f"Request: {self.request!r}")


app.conf.beat_schedule = {
    # every ten seconds
    'poll': {
        'task': 'shop.tasks.poll',
        'schedule': 10,
        'options': {'expires': 8, 'queue': 'fast', 'priority': 9, 'routing_key': 'x'},
    },
    "five-minutes": {"task": "shop.tasks.five", "schedule": 60 * 5.0, "relative": True},
    "half": {"task": "shop.tasks.half", "schedule": 0.5},
    "weekly": {
        "task": "shop.tasks.weekly",
        "schedule": crontab(day_of_week="sat,sun", hour="22-4", minute="*/15"),
        "kwargs": {"deep": True, 'levels': [1, 2.5, None], "note": "a" "b" + 'c', "$": "${HOME}"},
    },
    "quarter": {
        "task": "shop.tasks.quarter",
        "schedule": crontab(minute=[0, 30], hour=(6, 18), day_of_month=1, month_of_year="*/3"),
        "args": (-1, 'x\n\u00e9', r"\d+", ["y"], ()),
    },
    "friday-13": {"task": "shop.tasks.friday13", "schedule": crontab(minute=0, hour=9, day_of_month="13", day_of_week=5)},
    "second-week": {"task": "shop.tasks.second", "schedule": crontab(minute=0, hour=9, day_of_month="8-14", day_of_week="tuesday,thu")},
    "named": {"task": f"{PREFIX}.tasks.named", "schedule": 30},
    "constant": {"task": "shop.tasks.constant", "schedule": NIGHTLY},
    "environment": {"task": "shop.tasks.env", "schedule": crontab(minute=os.environ["MINUTE"])},
    "computed-args": {"task": "shop.tasks.args", "schedule": 60, "args": [x for x in range(3)]},
    "third": {"task": "shop.tasks.third", "schedule": crontab(0, 0, "1")},
    "sun": {"task": "shop.tasks.sun", "schedule": solar("dawn_civil", -37.8, 144.9)},
    "wrapped": {"task": "shop.tasks.wrapped", "schedule": schedule(run_every=timedelta(days=1, minutes=30))},
    f"dynamic-{PREFIX}": {"task": "shop.tasks.dynamic", "schedule": 60},
    **EXTRA,
    "no-schedule": {"task": "shop.tasks.none"},
    "poll": {"task": "shop.tasks.poll_again", "schedule": 3600},
}

app.conf.beat_schedule["late addition"] = {
    "task": "shop.tasks.late",
    "schedule": crontab(
        minute="0",  # on the hour
        hour="*/6",
    ),
}


@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.add_periodic_task(10.0, debug.s("hello"), name="say hello")
