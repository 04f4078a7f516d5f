from flask import Flask


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY="dev",
        CELERY=dict(
            broker_url="redis://localhost",
            timezone="Asia/Tokyo",
            beat_schedule={
                "report": {"task": "app.tasks.report", "schedule": crontab(minute=0, hour=9), "kwargs": {"timezone": "UTC"}},
            },
        ),
        BABEL={"timezone": "UTC"},
    )
    return app
