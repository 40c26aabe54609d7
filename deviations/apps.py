"""Application deviations."""

from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "deviations"
    verbose_name = "Avvikelser"

    def ready(self) -> None:
        """Register this application's background work, and let lists search what deviations hold."""
        from django.db.models import Q

        from casework.exports import CHOSEN
        from casework.filters import SEARCHED, TARGET_GROUPS
        from casework.purging import purging
        from casework.recurring import SHARING, Shared
        from casework.routines import ANSWERS, STANDING
        from deviations import tasks  # noqa: F401 -- models must be loaded first
        from deviations.keeping import keep_codes
        from deviations.models import Deviation
        from deviations.words import CORE_PROCESSES, NO_NAMES
        from deviations.words import TARGET_GROUPS as OURS

        SEARCHED.append(lambda asked: Deviation.objects.filter(search_words=asked).order_by().values("pk"))
        TARGET_GROUPS.extend(OURS)
        CHOSEN.extend(
            f"deviation__{name}"
            for name in (
                *("kind", "reported_by", "channel", "category", "consequence"),
                *("cause_area", "cause_level", "is_deviation"),
            )
        )
        STANDING.extend(CORE_PROCESSES)
        ANSWERS.extend(NO_NAMES)
        SHARING.things.append(Shared("orsak", "deviation__cause_area", "samma orsak"))
        SHARING.none.append(Q(deviation__is_deviation="no"))
        purging.connect(keep_codes, dispatch_uid="deviations.keep_codes")
