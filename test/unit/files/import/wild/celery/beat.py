from celery.schedules import crontab

# One entry of code leaves the others as they are.
app.conf.beat_schedule = {
    "plain": {"task": "shop.plain", "schedule": crontab(minute=0, hour={9, 17})},
    "clock": {"task": "shop.clock", "schedule": crontab(minute=0, hour=4, nowfun=lambda: now({"tz": 1}))},
    **OTHERS,
    "later": {"task": "shop.later", "schedule": 90, "args": [x for x in shops]},
    "last": {"task": "shop.last", "schedule": 30.0},
}
