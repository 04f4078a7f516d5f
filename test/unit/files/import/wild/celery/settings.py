TIME_ZONE = "Europe/Warsaw"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict] = dict(
    cleanup=dict(task="core.tasks.cleanup", schedule=crontab(minute=0, hour=4)),
    ping={"task": "core.tasks.ping", "schedule": timedelta(seconds=30)},
)
