import pytest, time
from tests.test_access_cases import *
from tests.test_access_cases import _pages_of
from django.db import connection
def test_probe(town, cases):
    t0=time.process_time()
    from django.test.utils import CaptureQueriesContext
    for who in ("anonymous","staff","section_chief"):
        for page in _pages_of("staff-new"):
            path=address(page,cases["staff-new"])
            for m in ("get","post"):
                a=time.process_time(); b=time.time()
                with transaction.atomic():
                    with CaptureQueriesContext(connection) as q:
                        r=getattr(town.client(who),m)(path)
                    transaction.set_rollback(True)
                print(f"{who:14} {page:24}{m:5}{r.status_code} cpu {1000*(time.process_time()-a):6.1f} wall {1000*(time.time()-b):7.1f} q {len(q)}", flush=True)
