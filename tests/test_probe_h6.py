import pytest, time
from tests.test_access_cases import town, cases, address, pytestmark
from tests.municipality import SITE
from tests.blank import BLANK
from django.test import RequestFactory
from django.test.utils import override_settings
from django.conf import settings
from django.db import connection
import cProfile, pstats
def test_probe(town, cases):
    path=address("casework:new_action",cases["staff-new"])
    f=RequestFactory()
    def ask(who, method):
        req=getattr(f,method)(path)
        req.COOKIES[settings.SESSION_COOKIE_NAME]=town.sessions[who]
        req._dont_enforce_csrf_checks=True
        if SITE._middleware_chain is None: SITE.load_middleware()
        return SITE.get_response(req)
    with override_settings(TEMPLATES=BLANK):
        for n in range(2):
          for who in ("staff","section_chief"):
            for kind in ("client","direct"):
                a=time.process_time()
                for i in range(20):
                    r = town.client(who).get(path) if kind=="client" else ask(who,"get")
                print(who, kind, r.status_code, 1000*(time.process_time()-a)/20)
        p=cProfile.Profile(); p.enable()
        for i in range(30): ask("staff","get")
        p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(50)
    a=time.process_time()
    for i in range(200000): str(i)
    print("200k str", time.process_time()-a)
