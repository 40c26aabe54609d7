from django.db import migrations, models
from django.db.models import F, Q

NAME = "lexsarah_only_serious_goes_to_ivo"


class Migration(migrations.Migration):
    dependencies = [("lexsarah", "0004_process")]

    operations = [
        migrations.RemoveConstraint("lexsarahcase", NAME),
        migrations.AddConstraint(
            "lexsarahcase",
            models.CheckConstraint(
                condition=Q(ivo_notified_on=None, notify_decided_on=None)
                | Q(degree__in=["", "tangible_risk_serious", "serious_misconduct"])
                | Q(ivo_notified_on__isnull=False, ivo_notified_on__lte=F("decided_on")),
                name=NAME,
                violation_error_message="Bara allvarliga missförhållanden och risker för sådana anmäls.",
            ),
        ),
    ]
